namespace Fer.Core.Reporting;

/// <summary>The ticks of an epoch axis: about ten integers.</summary>
internal static class EpochTicks
{
    private const int MaxCount = 12;

    /// <summary>The first epoch and every multiple of a round step up to the last.</summary>
    public static IReadOnlyList<int> Between(int first, int last)
    {
        var step = Step(last - first);
        var multiples = Enumerable.Range(first, last - first + 1).Where(epoch => epoch % step == 0);

        // The label of a multiple too close to the first would overlap with it.
        return [first, .. multiples.Where(epoch => epoch - first > step / 2)];
    }

    private static int Step(int span)
    {
        for (var power = 1; ; power *= 10)
        {
            foreach (var step in (int[])[power, 2 * power, 5 * power])
            {
                if (span / step < MaxCount)
                {
                    return step;
                }
            }
        }
    }
}
