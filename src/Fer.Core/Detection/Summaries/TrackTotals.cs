namespace Fer.Core.Detection.Summaries;

/// <summary>What one track showed.</summary>
public sealed class TrackTotals
{
    internal TrackTotals(int sourceIndex, string source, int id, int labels) => (SourceIndex, Source, Id, Emotions) = (sourceIndex, source, id, new EmotionTotals(labels));

    /// <summary>The place of the source among those with a time; a list may name one twice.</summary>
    internal int SourceIndex { get; }

    /// <summary>The file, address or camera.</summary>
    public string Source { get; }

    /// <summary>The track id, as in all other results.</summary>
    public int Id { get; }

    /// <summary>Seconds of the source at which the face was first detected.</summary>
    public double First { get; internal set; } = double.PositiveInfinity;

    /// <summary>Seconds of the source until which it was detected.</summary>
    public double Last { get; internal set; }

    /// <summary>Its labels, in seconds in which it was detected.</summary>
    public EmotionTotals Emotions { get; }

    /// <summary>A small JPEG of the face where it was classified with the greatest confidence; null unless images were asked for.</summary>
    public byte[]? Face { get; internal set; }

    internal float FaceConfidence { get; set; }
}
