using Fer.Core.Detection;

namespace Fer.Core.Tests.Support;

/// <summary>Keeps what it is given, and ends the run when told to.</summary>
internal sealed class CollectingSink : IFrameSink
{
    public List<(long Number, int Brightness, IReadOnlyList<FacePrediction> Faces)> Frames { get; } = [];

    public List<string?> Notices { get; } = [];

    /// <summary>Called with each frame; false ends the run.</summary>
    public Func<Frame, bool> OnFrame { get; init; } = _ => true;

    public Func<string?, bool> OnIdle { get; init; } = _ => true;

    public bool Write(Frame frame)
    {
        Frames.Add((frame.Number, frame.Image.At<OpenCvSharp.Vec3b>(0, 0).Item0, frame.Faces));
        return OnFrame(frame);
    }

    public bool Idle(string? notice)
    {
        Notices.Add(notice);
        return OnIdle(notice);
    }

    public void Dispose()
    {
    }
}
