namespace Fer.Core.Evaluation;

/// <summary>A 95% confidence interval.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
internal readonly record struct Interval(double Low, double High);

/// <summary>
/// Confidence intervals by the percentile bootstrap (Efron 1979, "Bootstrap methods"), corrected for bias: figures of
/// samples of the same size, drawn with replacement. The same images always give the same interval.
/// </summary>
internal static class Bootstrap
{
    // Enough for the ends of a 95% interval: fifty samples lie beyond each.
    private const int Samples = 2000;
    private const double Tail = 0.025;
    private const ulong Seed = 1;

    /// <summary>The figures of each sample.</summary>
    /// <param name="size">The number of images to draw from, and to draw.</param>
    /// <param name="stream">Other numbers draw other samples: datasets that are independent need different ones.</param>
    /// <param name="figures">Computes the figures from the indices of the drawn images.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns><c>[sample][figure]</c>.</returns>
    public static double[][] Draw(int size, int stream, Func<int[], double[]> figures, CancellationToken cancellation = default)
    {
        var results = new double[Samples][];
        Workers.For(Samples, sample => results[sample] = figures(Images(size, CounterRandom.For(Seed, stream, sample))), cancellation);
        return results;
    }

    /// <summary>The interval of a figure.</summary>
    /// <param name="samples">From <see cref="Draw"/>.</param>
    /// <param name="figure">The index of the figure.</param>
    /// <param name="measured">Its value on the images themselves.</param>
    public static Interval Of(double[][] samples, int figure, double measured) => Around(measured, [.. samples.Select(sample => sample[figure])]);

    /// <summary>The interval of the difference of a figure between two datasets.</summary>
    /// <param name="samples">Samples of one.</param>
    /// <param name="others">Samples of the other, from another stream.</param>
    /// <param name="figure">The index of the figure.</param>
    /// <param name="measured">The difference on the images themselves.</param>
    public static Interval OfDifference(double[][] samples, double[][] others, int figure, double measured) =>
        Around(measured, [.. samples.Zip(others, (sample, other) => sample[figure] - other[figure])]);

    private static int[] Images(int size, CounterRandom random)
    {
        var images = new int[size];
        for (var i = 0; i < size; i++)
        {
            images[i] = random.Next(size);
        }

        return images;
    }

    /// <summary>The middle 95% of the samples, moved by their bias: repeated images make a small calibration error look larger than it is.</summary>
    private static Interval Around(double measured, double[] values)
    {
        Array.Sort(values);
        var (bias, beyond) = (values.Average() - measured, (int)(Tail * Samples));
        return new Interval(values[beyond] - bias, values[^(beyond + 1)] - bias);
    }
}
