namespace Fer.Core.Detection;

/// <summary>Where pictures come from. Read from one thread.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Whether pictures come at their own pace and only the newest matters; else none may be lost.</summary>
    bool IsLive { get; }

    /// <summary>Whether every picture stands alone, so that nothing is followed from one to the next.</summary>
    bool IsStill => false;

    /// <summary>Pictures a second, or 0 where nobody knows.</summary>
    double FramesPerSecond { get; }

    /// <summary>What the viewer should know while no picture comes, or null.</summary>
    string? Notice => null;

    /// <summary>Waits for the next picture and writes it, with its number, time and origin, into <paramref name="frame"/>.</summary>
    /// <returns>False at the end, or when <paramref name="token"/> was cancelled.</returns>
    /// <exception cref="FerException">The source cannot go on.</exception>
    bool Read(Frame frame, CancellationToken token);

    /// <summary>Passes over a picture at the least cost.</summary>
    /// <returns>False at the end.</returns>
    bool Skip();
}
