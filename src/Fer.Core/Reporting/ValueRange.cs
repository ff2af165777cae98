namespace Fer.Core.Reporting;

/// <summary>The range and ticks of a vertical axis.</summary>
internal sealed record ValueRange(double Low, double High, IReadOnlyList<double> Ticks)
{
    // Fraction of the axis above and below the outermost ticks.
    private const double Headroom = 0.04;

    // Minimum extent of the axis, as a fraction of the highest loss.
    private const double MinExtent = 0.05;

    /// <summary>Number of decimals that the tick labels need.</summary>
    public int Decimals => Enumerable.Range(0, 10).First(decimals => Ticks.All(tick => Math.Abs(tick - Math.Round(tick, decimals)) < 1e-10));

    /// <summary>
    /// From zero to a round number above all losses. Single outliers, such as the first epoch of a too high learning rate,
    /// are cut off, because they would flatten the rest of the curve.
    /// </summary>
    public static ValueRange OfLosses(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return Between(0, 1);
        }

        var sorted = values.Order().ToArray();
        // Among up to ten values none is treated as an outlier.
        var usual = sorted[(int)(0.9 * (sorted.Length - 1))];
        var highest = sorted.Length > 10 && sorted[^1] > 2.5 * usual ? 1.5 * usual : sorted[^1];
        var lowest = sorted[0] > 0.5 * highest ? sorted[0] : 0;

        // A single loss, or equal losses, are centered in a range that is not magnified too much.
        var widening = Math.Max(0, Math.Max(MinExtent * highest, 1e-3) - (highest - lowest)) / 2;
        return Between(Math.Max(0, lowest - widening), highest + widening);
    }

    /// <summary>Multiples of 10% around all accuracies.</summary>
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

    /// <summary>The smallest of 1, 2, 2.5, 5 times a power of ten that is at least <paramref name="min"/>.</summary>
    private static double Step(double min)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(min)));
        return power * ((double[])[1, 2, 2.5, 5, 10]).First(factor => factor * power >= min * (1 - 1e-9));
    }
}
