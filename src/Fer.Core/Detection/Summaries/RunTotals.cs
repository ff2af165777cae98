using Fer.Core.Data;

namespace Fer.Core.Detection.Summaries;

/// <summary>A file, address or camera with a time of its own.</summary>
/// <param name="Name">The source.</param>
/// <param name="Seconds">How long it was processed.</param>
public sealed record TimedSource(string Name, double Seconds);

/// <summary>
/// Adds up what a run shows, frame by frame: a frame counts until the next one. Memory does not grow with the length of a
/// video, only by some hundred bytes for each track and each video.
/// </summary>
/// <param name="labels">The labels of the model.</param>
public sealed class RunTotals(LabelSet labels) : IFrameSink
{
    private const double DefaultRate = 25;

    // A longer gap of a live source is a pause or a lost connection.
    private static readonly TimeSpan MaxLiveGap = TimeSpan.FromSeconds(1);

    private readonly List<TrackTotals> _tracks = [];
    private readonly Dictionary<int, TrackTotals> _current = [];
    private readonly List<TimedSource> _sources = [];
    private Held? _held;
    private double _sourceSeconds;

    /// <summary>The labels of the model.</summary>
    public LabelSet Labels => labels;

    /// <summary>The tracks of videos and live sources, in the order in which they appeared.</summary>
    public IReadOnlyList<TrackTotals> Tracks => _tracks;

    /// <summary>The videos and live sources.</summary>
    public IReadOnlyList<TimedSource> Sources => _sources;

    /// <summary>All tracks together, in seconds.</summary>
    public EmotionTotals Videos { get; } = new(labels.Count);

    /// <summary>The faces of all single images.</summary>
    public EmotionTotals Images { get; } = new(labels.Count);

    /// <summary>Whether a face had no label, because its confidence was below the least.</summary>
    public bool HasUncertain => Videos.Uncertain > 0 || Images.Uncertain > 0;

    /// <summary>Processed frames, images among them.</summary>
    public long Frames { get; private set; }

    /// <summary>Of these, single images.</summary>
    public long ImageCount { get; private set; }

    /// <summary>Frames in which the detector found a face.</summary>
    public long FramesWithFaces { get; private set; }

    /// <summary>Files that could not be read.</summary>
    public long Failed { get; private set; }

    /// <summary>Receives every frame of a video when its duration is known.</summary>
    internal Action<TimedFaces> OnTimed { get; init; } = _ => { };

    /// <summary>Keeps images of the faces; null for none.</summary>
    internal TrackImages? Thumbnails { get; init; }

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        if (frame.Failure is not null)
        {
            Failed++;
            return true;
        }

        Frames++;
        FramesWithFaces += frame.DetectedFaces.Any() ? 1 : 0;
        if (frame.IsStill)
        {
            ImageCount++;
            foreach (var face in frame.DetectedFaces)
            {
                Images.Add(face, 1, isChange: false);
            }

            return true;
        }

        Hold(frame);
        foreach (var face in frame.DetectedFaces)
        {
            Thumbnails?.Consider(frame.Image, face, Track(frame.Source, face.TrackId));
        }

        return true;
    }

    /// <summary>Counts the last frame of a video.</summary>
    public void Complete()
    {
        if (_held is { } last)
        {
            Count(last, last.Interval);
            _held = null;
        }

        if (_sourceSeconds > 0)
        {
            _sources[^1] = _sources[^1] with { Seconds = _sourceSeconds };
            _sourceSeconds = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Complete();

    private void Hold(Frame frame)
    {
        var interval = TimeSpan.FromSeconds(1 / (frame.FramesPerSecond > 0 ? frame.FramesPerSecond : DefaultRate));
        if (_held is { } held && held.Source == frame.Source && held.File == frame.File && frame.Time > held.Time)
        {
            interval = frame.Time - held.Time;
            interval = frame.TakenAt is not null && interval > MaxLiveGap ? MaxLiveGap : interval;
            Count(held, interval);
        }
        else
        {
            Complete();
            _current.Clear();
            _sources.Add(new TimedSource(frame.Source, 0));
        }

        _held = new Held(frame.Source, frame.File, frame.Time, interval, [.. frame.DetectedFaces]);
    }

    private void Count(Held held, TimeSpan interval)
    {
        var (start, seconds) = (held.Time.TotalSeconds, interval.TotalSeconds);
        _sourceSeconds = start + seconds;
        foreach (var face in held.Faces)
        {
            var track = Track(held.Source, face.TrackId);
            track.First = Math.Min(track.First, start);
            track.Last = start + seconds;
            Videos.Add(face, seconds, track.Emotions.Add(face, seconds));
        }

        OnTimed(new TimedFaces(_sources.Count - 1, held.Source, start, seconds, held.Faces));
    }

    private TrackTotals Track(string source, int id)
    {
        if (!_current.TryGetValue(id, out var track))
        {
            track = _current[id] = new TrackTotals(_sources.Count - 1, source, id, labels.Count);
            _tracks.Add(track);
        }

        return track;
    }

    private sealed record Held(string Source, long? File, TimeSpan Time, TimeSpan Interval, IReadOnlyList<FacePrediction> Faces);
}

/// <summary>The faces of a frame with the time for which they are shown.</summary>
/// <param name="SourceIndex">The place among the sources with a time.</param>
/// <param name="Source">The file, address or camera.</param>
/// <param name="Start">In seconds of the source.</param>
/// <param name="Seconds">Until the next frame.</param>
/// <param name="Faces">The detected faces.</param>
internal sealed record TimedFaces(int SourceIndex, string Source, double Start, double Seconds, IReadOnlyList<FacePrediction> Faces);
