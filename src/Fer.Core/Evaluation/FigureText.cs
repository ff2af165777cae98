using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>Figures as people read them.</summary>
internal static class FigureText
{
    /// <summary><c>71.7%</c>.</summary>
    public static string Percent(double fraction) => Number(fraction) + "%";

    /// <summary><c>70.2 to 73.1%</c>.</summary>
    public static string Range(double low, double high) => $"{Number(low)} to {Number(high)}%";

    /// <summary><c>+0.8</c>: a difference of percentages, in percentage points.</summary>
    public static string Points(double difference) => (100 * difference).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary><c>-0.3 to +1.9</c>, in percentage points.</summary>
    public static string PointRange(double low, double high) => $"{Points(low)} to {Points(high)}";

    /// <summary><c>3,589</c>.</summary>
    public static string Count(int images) => images.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>0.791</c>.</summary>
    public static string Loss(double loss) => loss.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary><c>0.204</c>, or <c>below 0.001</c>.</summary>
    public static string PValue(double p) => p < 0.001 ? "below 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>McNemar's test in one sentence.</summary>
    public static string Describe(McNemarTest test) =>
        $"McNemar's test: {Count(test.OnlyThis)} images correct here only, {Count(test.OnlyBaseline)} in the baseline only; p {(test.PValue < 0.001 ? "" : "= ")}{PValue(test.PValue)}";

    private static string Number(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);
}
