namespace Fer.Core.Detection;

/// <summary>Produces frames. Read from one thread.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Whether frames arrive in real time and only the newest matters; otherwise none may be lost.</summary>
    bool IsLive { get; }

    /// <summary>Whether every frame is a single image, so that nothing is tracked from one to the next.</summary>
    bool IsStill => false;

    /// <summary>Frames per second, or 0 if unknown.</summary>
    double FramesPerSecond { get; }

    /// <summary>A message for the viewer while no frame arrives, such as a lost connection; or null.</summary>
    string? Status => null;

    /// <summary>Waits for the next frame and writes its image, number, time and origin to <paramref name="frame"/>.</summary>
    /// <returns>False at the end, or if <paramref name="token"/> was canceled.</returns>
    /// <exception cref="FerException">The source failed.</exception>
    bool Read(Frame frame, CancellationToken token);

    /// <summary>Skips a frame at the lowest cost.</summary>
    /// <returns>False at the end.</returns>
    bool Skip();
}
