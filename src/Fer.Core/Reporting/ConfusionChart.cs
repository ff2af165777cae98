using Fer.Core.Evaluation;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Fer.Core.Reporting;

/// <summary>A confusion matrix as a heat map with one row per true label; each row sums to 100%.</summary>
internal static class ConfusionChart
{
    private const int MaxLabelLength = 20;

    // From this width on a cell has room for percentage and count.
    private const int RoomyCell = 60;

    private static readonly IColormap Blues = Colormap.FromColors(
        [Color.FromHex("#F2F5F8"), Color.FromHex("#C6DDF0"), Color.FromHex("#6BAED6"), Color.FromHex("#2171B5"), Color.FromHex("#08306B")]);

    public static void Save(string path, ConfusionMatrix matrix, string title)
    {
        string[] labels = [.. matrix.Labels.Select(label => label.Length <= MaxLabelLength ? label : $"{label.AsSpan(0, MaxLabelLength - 1)}…")];
        var count = labels.Length;
        var cell = CellSize(count);
        var plot = ChartStyle.NewPlot(title, matrix.Labels);
        plot.HideGrid();

        var shares = Shares(matrix);
        var map = plot.Add.Heatmap(shares);
        map.Colormap = Blues;
        map.ManualRange = new(0, 1);
        AddSeparators(plot, count);
        for (var target = 0; target < count; target++)
        {
            for (var predicted = 0; predicted < count; predicted++)
            {
                Annotate(plot, predicted, count - 1 - target, shares[target, predicted], matrix.Counts[target][predicted], cell);
            }
        }

        // Row 0 is at the top, where the vertical axis has its maximum.
        double[] positions = [.. Enumerable.Range(0, count).Select(position => (double)position)];
        plot.Axes.Bottom.TickGenerator = new NumericManual(positions, labels);
        plot.Axes.Left.TickGenerator = new NumericManual([.. positions.Reverse()], labels);
        plot.Axes.SetLimits(-0.5, count - 0.5, -0.5, count - 0.5);
        plot.XLabel("predicted");
        plot.YLabel(cell >= RoomyCell ? "true" : "true   (each row in %)");

        var fontSize = cell < 36 ? 11 : 13;
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = fontSize;
        var longest = labels.Max(label => ChartStyle.TextWidth(plot, label, fontSize));
        var slanted = longest > cell - 6;
        if (slanted)
        {
            plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
            plot.Axes.Bottom.TickLabelStyle.OffsetY = 6;
            // The axis places its name as if the labels were upright.
            plot.Axes.Bottom.Label.OffsetY = 0.72f * longest;
        }

        var (left, bottom) = (longest + 48, slanted ? 0.75f * longest + 52 : 62);
        const int top = 48, right = 28;
        plot.Layout.Fixed(new PixelPadding((int)left, right, (int)bottom, top));
        ChartStyle.Save(plot, path, (int)left + right + count * cell, (int)bottom + top + count * cell);
    }

    private static int CellSize(int labels) => labels switch { <= 3 => 110, <= 8 => 76, <= 12 => RoomyCell, <= 20 => 42, _ => 28 };

    /// <summary>Each count as a fraction of its row; 0 in the row of a label without images.</summary>
    private static double[,] Shares(ConfusionMatrix matrix)
    {
        var count = matrix.Labels.Count;
        var shares = new double[count, count];
        for (var target = 0; target < count; target++)
        {
            var support = Math.Max(1, matrix.Counts[target].Sum());
            for (var predicted = 0; predicted < count; predicted++)
            {
                shares[target, predicted] = (double)matrix.Counts[target][predicted] / support;
            }
        }

        return shares;
    }

    private static void AddSeparators(Plot plot, int count)
    {
        for (var line = 0.5; line < count - 1; line++)
        {
            plot.Add.HorizontalLine(line, 1.5f, Colors.White);
            plot.Add.VerticalLine(line, 1.5f, Colors.White);
        }
    }

    /// <summary>The percentage and, if there is room, the count below it.</summary>
    private static void Annotate(Plot plot, int x, int y, double share, int images, int cell)
    {
        var roomy = cell >= RoomyCell;
        if (images == 0 || (share < 0.005 && !roomy))
        {
            return;
        }

        var ink = ReadableOn(CellColor(share));
        var isBold = share > 0.3;
        if (!roomy)
        {
            Write((100 * share).ToString("0"), cell * 0.36f, 2, isBold, ink);
            return;
        }

        var percent = (100 * share).ToString(share is >= 0.0995 or < 0.0005 ? "0" : "0.0");
        Write($"{percent}%", 15, -7, isBold, ink);
        Write(images.ToString("N0"), 13, 12, false, ink);

        void Write(string text, float size, float lower, bool bold, Color color)
        {
            var label = plot.Add.Text(text, x, y);
            label.LabelAlignment = Alignment.MiddleCenter;
            label.LabelFontSize = size;
            if (bold)
            {
                ChartStyle.Embolden(label.LabelStyle);
            }

            label.LabelFontColor = color;
            label.OffsetY = lower;
        }
    }

    /// <summary>The color of a cell.</summary>
    internal static Color CellColor(double share) => Blues.GetColor(share);

    /// <summary>White or dark text, whichever has the higher contrast on a background (WCAG 2, relative luminance).</summary>
    internal static Color ReadableOn(Color background)
    {
        var luminance = Luminance(background);
        var whiteContrast = (1 + 0.05) / (luminance + 0.05);
        var inkContrast = (luminance + 0.05) / (Luminance(ChartStyle.Ink) + 0.05);
        return whiteContrast > inkContrast ? Colors.White : ChartStyle.Ink;
    }

    private static double Luminance(Color color) =>
        0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

    /// <summary>A channel of sRGB as linear light.</summary>
    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
