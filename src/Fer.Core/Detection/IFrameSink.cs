namespace Fer.Core.Detection;

/// <summary>Where frames with their faces go. Called from the thread that runs the loop.</summary>
public interface IFrameSink : IDisposable
{
    /// <summary>Takes a frame; it is used again afterwards.</summary>
    /// <returns>False to end the run.</returns>
    bool Write(Frame frame);

    /// <summary>Called every few milliseconds while no frame comes, with the source's <see cref="IFrameSource.Notice"/>.</summary>
    /// <returns>False to end the run.</returns>
    bool Idle(string? notice) => true;
}
