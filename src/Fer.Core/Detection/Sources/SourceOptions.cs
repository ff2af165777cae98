namespace Fer.Core.Detection.Sources;

/// <summary>What sources need beside their address.</summary>
public sealed record SourceOptions
{
    /// <summary>The part of the input to read.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Takes one line for everything that goes wrong and does not end the run.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Where <c>-</c> reads paths from.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Ends the opening of an address that keeps one waiting.</summary>
    public CancellationToken Cancellation { get; init; }
}
