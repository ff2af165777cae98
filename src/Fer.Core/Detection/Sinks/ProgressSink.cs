namespace Fer.Core.Detection.Sinks;

/// <summary>Reports the progress of a run over files.</summary>
/// <param name="report">Receives the part that is done, 0..1, and what is being processed.</param>
/// <param name="maxFrames">The run ends after this many frames; null for no limit.</param>
public sealed class ProgressSink(Action<double, string> report, long? maxFrames) : IFrameSink
{
    private long _frames;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        _frames++;
        var done = Math.Max(frame.Progress, maxFrames is { } limit ? (double)_frames / limit : 0);
        if (done > 0)
        {
            report(done, Path.GetFileName(frame.Source));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
