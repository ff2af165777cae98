using ScottPlot;

namespace Fer.Core.Reporting;

/// <summary><c>timeline.png</c>: stacked probabilities over time, and below them a lane of labels per track.</summary>
public static class TimelineChart
{
    // In units of two pixels.
    private const int Width = 1100, StackHeight = 300, LaneHeight = 34, Surroundings = 130, RightMargin = 28;

    // On the axis from 0 to 1 of the stack: the distance to the first lane, and how much of a lane is filled.
    private const double Gap = 0.07, Filled = 0.76;

    // A run of one label is named if its name takes less than this part of its width.
    private const double WidestName = 0.9;
    private const float NameSize = 12;

    private static readonly Color UncertainColor = Color.FromHex("#FFFFFF");

    /// <summary>Draws the chart.</summary>
    /// <param name="path">The PNG file, replaced atomically.</param>
    /// <param name="timeline">What to draw.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public static void Save(string path, Timeline timeline)
    {
        Color[] colors = [.. LabelColors.Of(timeline.Labels).Select(color => Color.FromHex(LabelColors.Hex(color)))];
        var plot = ChartStyle.NewPlot("Emotions over time: probabilities of all faces, and the label of each track", [.. timeline.Labels, .. timeline.Marks.Select(mark => mark.Name)]);
        var lane = (double)LaneHeight / StackHeight;
        var bottom = -Gap - timeline.Lanes.Count * lane;
        var height = StackHeight + timeline.Lanes.Count * LaneHeight + Surroundings;
        DrawStack(plot, timeline, colors);
        foreach (var (row, track) in timeline.Lanes.Index())
        {
            DrawLane(plot, timeline, track, colors, -Gap - (row + 1) * lane, lane * Filled);
        }

        DrawMarks(plot, timeline, bottom);
        plot.Axes.SetLimits(0, timeline.Duration, bottom - Gap / 2, 1.005);
        var ticks = new[] { 0, 0.25, 0.5, 0.75, 1 };
        double[] centers = [.. timeline.Lanes.Select((_, row) => -Gap - (row + 1) * lane + lane * Filled / 2)];
        plot.Axes.Left.TickGenerator = ChartStyle.Ticks([.. ticks, .. centers], value => value >= 0 ? $"{100 * value:0}%" : $"track {timeline.Lanes[Array.IndexOf(centers, value)].Name}");
        // Room for the right half of the last time.
        plot.Axes.Right.MinimumSize = RightMargin;
        plot.Axes.Bottom.TickGenerator = ChartStyle.Ticks(TimeAxis.Ticks(timeline.Duration), TimeAxis.Name);
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Width, height);
    }

    private static void DrawStack(Plot plot, Timeline timeline, Color[] colors)
    {
        var columns = timeline.Shares[0].Length;
        double[] xs = [.. Enumerable.Range(0, columns).SelectMany(column => new[] { column * timeline.Step, Math.Min(timeline.Duration, (column + 1) * timeline.Step) })];
        var below = new double[2 * columns];
        for (var label = 0; label < timeline.Labels.Count; label++)
        {
            var above = new double[below.Length];
            for (var i = 0; i < above.Length; i++)
            {
                above[i] = below[i] + timeline.Shares[label][i / 2];
            }

            var area = plot.Add.FillY(xs, below, above);
            area.FillColor = colors[label];
            area.LineWidth = 0;
            area.MarkerSize = 0;
            area.LegendText = timeline.Labels[label];
            below = above;
        }
    }

    private static void DrawLane(Plot plot, Timeline timeline, TimelineLane lane, Color[] colors, double bottom, double height)
    {
        var secondsPerUnit = timeline.Duration / Width;
        for (var start = 0; start < lane.Labels.Count;)
        {
            var end = start;
            while (end < lane.Labels.Count && lane.Labels[end] == lane.Labels[start])
            {
                end++;
            }

            if (lane.Labels[start] is { } label)
            {
                var (left, right) = (start * timeline.Step, Math.Min(timeline.Duration, end * timeline.Step));
                var name = label == Timeline.Uncertain ? "?" : timeline.Labels[label];
                var run = plot.Add.Rectangle(left, right, bottom, bottom + height);
                run.FillColor = label == Timeline.Uncertain ? UncertainColor : colors[label];
                run.LineWidth = label == Timeline.Uncertain ? 1 : 0;
                run.LineColor = ChartStyle.Muted;
                if (ChartStyle.TextWidth(plot, name, NameSize) * secondsPerUnit < WidestName * (right - left))
                {
                    var text = plot.Add.Text(name, (left + right) / 2, bottom + height / 2);
                    text.LabelFontSize = NameSize;
                    text.LabelFontName = plot.Axes.Bottom.TickLabelStyle.FontName;
                    text.LabelFontColor = ChartStyle.Ink;
                    text.LabelAlignment = Alignment.MiddleCenter;
                }
            }

            start = end;
        }
    }

    /// <summary>Where several videos follow one another, a line and a name begin each.</summary>
    private static void DrawMarks(Plot plot, Timeline timeline, double bottom)
    {
        foreach (var mark in timeline.Marks.Count > 1 ? timeline.Marks : [])
        {
            var line = plot.Add.Line(mark.Seconds, bottom, mark.Seconds, 1);
            line.LineColor = ChartStyle.Ink;
            line.LineWidth = 1;
            var text = plot.Add.Text(mark.Name, mark.Seconds, -Gap / 2);
            text.LabelFontSize = NameSize;
            text.LabelFontName = plot.Axes.Bottom.TickLabelStyle.FontName;
            text.LabelFontColor = ChartStyle.Muted;
            text.LabelAlignment = Alignment.MiddleLeft;
            text.OffsetX = 4;
        }
    }
}
