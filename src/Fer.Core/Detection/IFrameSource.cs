namespace Fer.Core.Detection;

/// <summary>Where images come from. Read from one thread.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Whether images come at their own pace and only the newest matters; else none may be lost.</summary>
    bool IsLive { get; }

    /// <summary>Whether every image stands alone, so that nothing is followed from one to the next.</summary>
    bool IsStill => false;

    /// <summary>Images a second, or 0 where nobody knows.</summary>
    double FramesPerSecond { get; }

    /// <summary>What the viewer should know while no image comes, or null.</summary>
    string? Notice => null;

    /// <summary>Waits for the next image and writes it, with its number, time and origin, into <paramref name="frame"/>.</summary>
    /// <returns>False at the end, or when <paramref name="token"/> was canceled.</returns>
    /// <exception cref="FerException">The source cannot go on.</exception>
    bool Read(Frame frame, CancellationToken token);

    /// <summary>Passes over an image at the least cost.</summary>
    /// <returns>False at the end.</returns>
    bool Skip();
}
