using Fer.Core.Detection;

namespace Fer.Core.Tests.Support;

/// <summary>Collects frames and statuses, and ends the run on request.</summary>
internal sealed class CollectingSink : IFrameSink
{
    public List<(long Number, int Brightness, IReadOnlyList<FacePrediction> Faces)> Frames { get; } = [];

    public List<string?> Statuses { get; } = [];

    /// <summary>Called with each frame; false ends the run.</summary>
    public Func<Frame, bool> OnFrame { get; init; } = _ => true;

    public Func<string?, bool> OnIdle { get; init; } = _ => true;

    public bool Write(Frame frame)
    {
        Frames.Add((frame.Number, frame.Image.At<OpenCvSharp.Vec3b>(0, 0).Item0, frame.Faces));
        return OnFrame(frame);
    }

    public bool Idle(string? status)
    {
        Statuses.Add(status);
        return OnIdle(status);
    }

    public void Dispose()
    {
    }
}
