using Fer.Core.Checkpoints;

namespace Fer.Core.Training;

/// <summary>The sums of an epoch that is under way; they travel in <c>last.pt</c>, so that an epoch can be cut in two.</summary>
internal sealed record EpochTotals(long Steps = 0, double Loss = 0, long Correct = 0, long Images = 0, double Seconds = 0)
{
    public static EpochTotals Load(StoredValues saved) =>
        new(saved.Int64("step"), saved.Double("loss"), saved.Int64("correct"), saved.Int64("images"), saved.Double("seconds"));

    public EpochTotals Add(double meanLoss, long correct, int images, double seconds) =>
        new(Steps + 1, Loss + meanLoss * images, Correct + correct, Images + images, seconds);

    public void Save(OrderedDictionary<string, object?> training)
    {
        training["step"] = Steps;
        training["loss"] = Loss;
        training["correct"] = Correct;
        training["images"] = Images;
        training["seconds"] = Seconds;
    }
}
