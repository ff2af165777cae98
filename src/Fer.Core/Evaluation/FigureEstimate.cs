namespace Fer.Core.Evaluation;

/// <summary>A figure with its uncertainty.</summary>
/// <param name="Figure"><c>accuracy</c>, <c>balancedAccuracy</c>, <c>macroF1</c> or <c>calibrationError</c>.</param>
/// <param name="Value">Its value, 0..1.</param>
/// <param name="Low">The lower end of the 95% interval.</param>
/// <param name="High">The upper end of the 95% interval.</param>
public sealed record FigureEstimate(string Figure, double Value, double Low, double High)
{
    // Accuracy, balanced accuracy and macro F1. At exactly 0 or 1, their interval is Wilson's (1927); for the latter two, the mean over the labels.
    private const int Rates = 3;
    private const double Quantile = 1.96;

    /// <summary>The figures of outcomes with bootstrap intervals: how much they would vary with other images of the same kind.</summary>
    /// <param name="outcomes">At least one image.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<FigureEstimate> Of(Outcomes outcomes, CancellationToken cancellation = default) =>
        Of(outcomes, Bootstrap.Draw(outcomes.Count, stream: 0, images => SampleFigures.Of(outcomes, images), cancellation));

    /// <summary>The figures of outcomes of which samples are drawn already.</summary>
    internal static IReadOnlyList<FigureEstimate> Of(Outcomes outcomes, double[][] samples) =>
    [
        .. SampleFigures.OfAll(outcomes).Select((value, figure) =>
        {
            var (low, high) = Bootstrap.Of(samples, figure, value);
            if (figure < Rates)
            {
                // Samples of images that are all predicted correctly are so too, however few they are.
                low = value < 1 ? low : LowestOfOne(figure, outcomes);
                high = value > 0 ? high : 1 - LowestOfOne(figure, outcomes);
            }

            return new FigureEstimate(SampleFigures.Keys[figure], value, Math.Clamp(low, 0, 1), Math.Clamp(high, 0, 1));
        }),
    ];

    /// <summary>The lower end of Wilson's interval where all images are predicted correctly.</summary>
    private static double LowestOfOne(int figure, Outcomes outcomes)
    {
        return figure == 0 ? Lowest(outcomes.Count) : outcomes.Targets.CountBy(label => label).Average(label => Lowest(label.Value));

        static double Lowest(int images) => images / (images + Quantile * Quantile);
    }
}
