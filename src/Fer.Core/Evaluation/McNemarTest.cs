namespace Fer.Core.Evaluation;

/// <summary>
/// McNemar's exact test (McNemar 1947, "Note on the sampling error of the difference between correlated proportions"):
/// whether two networks differ, by the images that only one of them has right.
/// </summary>
/// <param name="OnlyThis">Number of images that only this network has right.</param>
/// <param name="OnlyBaseline">Number of images that only the baseline has right.</param>
/// <param name="PValue">The probability of a difference at least as large if both were equally good, two-sided, 0..1.</param>
public sealed record McNemarTest(int OnlyThis, int OnlyBaseline, double PValue)
{
    /// <summary>Computes the test.</summary>
    public static McNemarTest Of(int onlyThis, int onlyBaseline)
    {
        var total = onlyThis + onlyBaseline;
        // Twice the lower tail of a binomial distribution with probability 1/2, in logarithms: 2^-total may be too small.
        var (logTerm, tail) = (-total * Math.Log(2), 0.0);
        for (var k = 0; k <= Math.Min(onlyThis, onlyBaseline); k++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log(total - k) - Math.Log(k + 1);
        }

        return new McNemarTest(onlyThis, onlyBaseline, Math.Min(1, 2 * tail));
    }
}
