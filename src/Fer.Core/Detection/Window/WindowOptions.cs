namespace Fer.Core.Detection.Window;

/// <summary>How the window looks and behaves.</summary>
public sealed record WindowOptions
{
    /// <summary>The text in the title bar.</summary>
    public string Title { get; init; } = "fer-detect";

    /// <summary>Whether frames arrive in real time; those of a file are played at the file's speed.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether every frame is a still image, which waits for a key.</summary>
    public bool IsStill { get; init; }

    /// <summary>The source's frames per second, for recordings; 0 if unknown.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>The folder for snapshots and recordings.</summary>
    public string Folder { get; init; } = ".";
}
