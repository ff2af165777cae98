namespace Fer.Core.Detection.Window;

/// <summary>How the window looks and behaves.</summary>
public sealed record WindowOptions
{
    /// <summary>In the title bar.</summary>
    public string Title { get; init; } = "fer-detect";

    /// <summary>Whether frames come at their own pace; those of a file are shown at the file's.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether every frame is an image of its own, which waits for a key.</summary>
    public bool IsStill { get; init; }

    /// <summary>Frames a second that the source gives, for recordings; 0 where nobody knows.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Where snapshots and recordings go.</summary>
    public string Folder { get; init; } = ".";
}
