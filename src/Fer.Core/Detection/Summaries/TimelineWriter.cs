using System.Globalization;
using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Detection.Summaries;

/// <summary>
/// Writes <c>timeline.csv</c> during a run: a row per step and track, <c>source,time,track,seconds,label,confidence</c>
/// and a column per label. Only the current step is in memory.
/// </summary>
internal sealed class TimelineWriter(string path, LabelSet labels, double step) : IDisposable
{
    // Sums of many intervals end slightly before or behind the border of a step.
    private const double Tolerance = 1e-6;

    private readonly SortedDictionary<int, StepTotals> _tracks = [];
    private StreamWriter? _file;
    private (int Source, string Name, long Step) _current = (-1, "", -1);

    /// <summary>The name of a source in the file: a row is one line.</summary>
    public static string NameOf(string source) => FerException.OneLine(source);

    /// <summary>Divides the time of a frame among the steps.</summary>
    public void Add(TimedFaces frame)
    {
        var (time, end) = (frame.Start, frame.Start + frame.Seconds);
        while (end - time > Tolerance)
        {
            var number = (long)Math.Floor(time / step + Tolerance);
            if ((frame.SourceIndex, number) != (_current.Source, _current.Step))
            {
                Flush();
                _current = (frame.SourceIndex, frame.Source, number);
            }

            var next = Math.Max(Math.Min(end, (number + 1) * step), time + Tolerance);
            foreach (var face in frame.Faces)
            {
                if (!_tracks.TryGetValue(face.TrackId, out var totals))
                {
                    totals = _tracks[face.TrackId] = new StepTotals(labels.Count);
                }

                totals.Add(face, next - time);
            }

            time = next;
        }
    }

    /// <summary>Completes the file, if there is a row to write.</summary>
    public void Dispose()
    {
        Flush();
        _file?.Dispose();
        _file = null;
    }

    private void Flush()
    {
        if (_tracks.Count == 0)
        {
            return;
        }

        if (_file is null)
        {
            _file = new StreamWriter(path);
            _file.Write($"source,time,track,seconds,label,confidence{string.Concat(labels.Select(label => $",{Csv.Field(label)}"))}\n");
        }

        var row = new StringBuilder();
        foreach (var (id, totals) in _tracks)
        {
            var emotions = totals.Emotions;
            var label = emotions.Dominant is { } dominant && emotions.ByLabel[dominant] >= emotions.Uncertain ? labels[dominant] : "";
            row.Append(CultureInfo.InvariantCulture, $"{Csv.Field(NameOf(_current.Name))},{_current.Step * step:0.######},{id},{emotions.Amount:0.###},{Csv.Field(label)},{emotions.Confidence:0.####}");
            row.Append(string.Concat(totals.Smoothed.Select(sum => string.Create(CultureInfo.InvariantCulture, $",{sum / emotions.Amount:0.####}")))).Append('\n');
        }

        _file.Write(row);
        _tracks.Clear();
    }

    private sealed class StepTotals(int labels)
    {
        public EmotionTotals Emotions { get; } = new(labels);

        public double[] Smoothed { get; } = new double[labels];

        public void Add(FacePrediction face, double seconds)
        {
            Emotions.Add(face, seconds);
            for (var label = 0; label < Smoothed.Length; label++)
            {
                Smoothed[label] += seconds * face.Smoothed[label];
            }
        }
    }
}
