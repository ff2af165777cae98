namespace Fer.Core.Training;

/// <summary>The sums over the epoch in progress. They are saved in <c>last.pt</c>, so that a training run can stop within an epoch.</summary>
/// <param name="Steps">Steps done in this epoch.</param>
/// <param name="Loss">Sum of the losses of all images.</param>
/// <param name="Correct">Images predicted correctly.</param>
/// <param name="Images">Images seen.</param>
/// <param name="Seconds">Wall time spent in the steps.</param>
internal sealed record EpochTotals(long Steps = 0, double Loss = 0, long Correct = 0, long Images = 0, double Seconds = 0)
{
    public EpochTotals Add(double meanLoss, long correct, int images, double seconds) =>
        new(Steps + 1, Loss + meanLoss * images, Correct + correct, Images + images, seconds);
}
