namespace Fer.Core.Detection.Sources;

/// <summary>Options for all kinds of sources.</summary>
public sealed record SourceOptions
{
    /// <summary>The part of the input to read.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Where an interrupted run resumes; null to begin at the first file.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>So many files may be unreadable; nothing is read after one more. Null for any number.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Receives one line for each problem that does not end the run.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Receives lines that are not warnings, such as how many files were skipped.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>Receives details that only a curious user wants to know.</summary>
    public Action<string> Detail { get; init; } = _ => { };

    /// <summary>The text in UTF-8 that <c>-</c> reads paths from.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Cancels the opening of a URL that does not respond.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether another shard processes a single video, as a whole: cut, its tracks and smoothing would differ.</summary>
    internal bool LeavesVideo(string name)
    {
        if (Shard.Contains(0))
        {
            return false;
        }

        Warn($"{name} is not divided: shard 1/{Shard.Count} processes the whole video");
        return true;
    }
}
