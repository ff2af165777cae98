using System.Globalization;
using Fer.Core.Reporting;

namespace Fer.Core.Detection.Summaries;

/// <summary>Reads <c>timeline.csv</c> back for the chart, which so shows what the file says, at the resolution of the image.</summary>
internal static class TimelineReader
{
    // Columns of the chart; lanes for the tracks that were seen longest.
    private const int MostColumns = 1100, MostLanes = 12;

    // source, time, track, seconds, label, confidence; the labels follow.
    private const int FixedColumns = 6;

    /// <summary>The videos one after the other on one axis of time.</summary>
    public static Timeline Read(string path, RunTotals totals, double step)
    {
        var starts = Starts(totals.Sources);
        var duration = totals.Sources.Sum(source => source.Seconds);
        var columns = Math.Max(1, (int)Math.Ceiling(duration / step - 1e-6));
        var width = step * ((columns + MostColumns - 1) / MostColumns);
        columns = Math.Max(1, (int)Math.Ceiling(duration / width - 1e-6));
        var lanes = totals.Tracks.OrderByDescending(track => track.Emotions.Amount).Take(MostLanes).ToHashSet();
        var chart = new Columns(columns, totals.Labels.Count);
        var byTrack = totals.Tracks.Where(lanes.Contains).ToDictionary(track => (track.SourceIndex, track.Id), _ => new Columns(columns, totals.Labels.Count + 1));
        var (source, index, last) = ("", -1, (Time: 0.0, Track: 0));
        foreach (var fields in Csv.ReadLines(path).Skip(1).Select(Csv.Fields))
        {
            // The sources follow one another in the order of the run; where rows go back, the same source begins again.
            var row = (Time: Number(fields[1]), Track: int.Parse(fields[2], CultureInfo.InvariantCulture));
            var isNext = index < 0 || fields[0] != source || row.CompareTo(last) <= 0;
            last = row;
            if (isNext)
            {
                (source, index) = (fields[0], index + 1);
                while (TimelineWriter.NameOf(totals.Sources[index].Name) != source)
                {
                    index++;
                }
            }

            var column = Math.Min(columns - 1, (int)Math.Floor((starts[index] + row.Time) / width + 1e-6));
            var seconds = Number(fields[3]);
            for (var label = 0; label < totals.Labels.Count; label++)
            {
                chart.Add(column, label, seconds * Number(fields[FixedColumns + label]));
            }

            if (byTrack.TryGetValue((index, row.Track), out var lane))
            {
                var label = IndexOf(totals, fields[4]);
                lane.Add(column, label < 0 ? totals.Labels.Count : label, seconds);
            }
        }

        return new Timeline(
            totals.Labels,
            width,
            duration,
            chart.Shares(),
            [.. totals.Tracks.Where(lanes.Contains).Select(track => new TimelineLane($"{track.Id}", byTrack[(track.SourceIndex, track.Id)].Largest(totals.Labels.Count)))],
            [.. totals.Sources.Select((timed, place) => new TimelineMark(starts[place], Path.GetFileName(timed.Name)))]);
    }

    private static double[] Starts(IReadOnlyList<TimedSource> sources)
    {
        var starts = new double[sources.Count];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + sources[i - 1].Seconds;
        }

        return starts;
    }

    private static int IndexOf(RunTotals totals, string label)
    {
        for (var i = 0; i < totals.Labels.Count; i++)
        {
            if (totals.Labels[i] == label)
            {
                return i;
            }
        }

        return -1;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Sums by column of the chart and by label.</summary>
    private sealed class Columns(int count, int labels)
    {
        private readonly double[,] _sums = new double[count, labels];

        public void Add(int column, int label, double amount) => _sums[column, label] += amount;

        /// <summary><c>[label][column]</c>, which sum to 1 in a column with faces, and to 0 in one without.</summary>
        public double[][] Shares() =>
            [.. Enumerable.Range(0, labels).Select(label => Enumerable.Range(0, count).Select(column => _sums[column, label] / Math.Max(Total(column), double.Epsilon)).ToArray())];

        /// <summary>The label with the largest sum in each column; null without a face, and -1 for the one that stands for no label.</summary>
        public int?[] Largest(int noLabel) => [.. Enumerable.Range(0, count).Select(column =>
        {
            var best = Enumerable.Range(0, labels).MaxBy(label => _sums[column, label]);
            if (_sums[column, best] <= 0)
            {
                return (int?)null;
            }

            return best == noLabel ? Timeline.Uncertain : best;
        })];

        private double Total(int column) => Enumerable.Range(0, labels).Sum(label => _sums[column, label]);
    }
}
