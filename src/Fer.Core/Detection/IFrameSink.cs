namespace Fer.Core.Detection;

/// <summary>Consumes processed frames: a file, a window. Called from the thread that runs the loop.</summary>
public interface IFrameSink : IDisposable
{
    /// <summary>Consumes a frame, which is reused after the call.</summary>
    /// <returns>False to end the run.</returns>
    bool Write(Frame frame);

    /// <summary>Called every few milliseconds while no frame arrives, with the source's <see cref="IFrameSource.Status"/>.</summary>
    /// <returns>False to end the run.</returns>
    bool Idle(string? status) => true;
}
