namespace Fer.Core.Reporting;

/// <summary>The vertical axis of a chart: its ends and where its numbers stand.</summary>
internal sealed record ValueRange(double Low, double High, IReadOnlyList<double> Ticks)
{
    // Of the axis' length, above and below the outermost numbers.
    private const double Headroom = 0.04;

    // Of the greatest loss.
    private const double LeastExtent = 0.05;

    /// <summary>How many decimals tell one number of the axis from the next.</summary>
    public int Decimals => Enumerable.Range(0, 10).First(decimals => Ticks.All(tick => Math.Abs(tick - Math.Round(tick, decimals)) < 1e-10));

    /// <summary>
    /// From zero to a round number above all losses. Single ones beyond twice the others' extent, such as the first
    /// epoch's of a learning rate too high, are cut off, for they would press everything else flat.
    /// </summary>
    public static ValueRange OfLosses(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return Between(0, 1);
        }

        var sorted = values.Order().ToArray();
        // Of up to ten values none is single enough to be called an outlier.
        var usual = sorted[(int)(0.9 * (sorted.Length - 1))];
        var highest = sorted.Length > 10 && sorted[^1] > 2.5 * usual ? 1.5 * usual : sorted[^1];
        var lowest = sorted[0] > 0.5 * highest ? sorted[0] : 0;

        // A single loss, or equal ones, stand in the middle of a range that is not magnified beyond sense.
        var widening = Math.Max(0, Math.Max(LeastExtent * highest, 1e-3) - (highest - lowest)) / 2;
        return Between(Math.Max(0, lowest - widening), highest + widening);
    }

    /// <summary>The tens of per cent around all accuracies.</summary>
    public static ValueRange OfAccuracies(IReadOnlyList<double> values) => values.Count == 0
        ? Between(0, 1)
        : Between(Math.Max(0, Math.Floor(values.Min() * 10 - 0.01) / 10), Math.Min(1, Math.Ceiling(values.Max() * 10 + 0.01) / 10));

    private static ValueRange Between(double low, double high)
    {
        var step = Step((high - low) / 5);
        var first = Math.Floor(low / step + 1e-9);
        var last = Math.Ceiling(high / step - 1e-9);
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(tick => Math.Round((first + tick) * step, 12)).ToArray();
        var room = Headroom * (ticks[^1] - ticks[0]);
        return new ValueRange(ticks[0] - room, ticks[^1] + room, ticks);
    }

    /// <summary>The least of 1, 2, 2.5, 5 times a power of ten that reaches <paramref name="least"/>.</summary>
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * ((double[])[1, 2, 2.5, 5, 10]).First(factor => factor * power >= least * (1 - 1e-9));
    }
}
