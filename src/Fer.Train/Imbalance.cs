using Fer.Core.Data;

namespace Fer.Train;

/// <summary>What rare labels will cost, and which option helps.</summary>
internal static class Imbalance
{
    // The ratios of frequent to rare labels from which something should be done, and from which weights are no longer enough.
    private const double Noticeable = 3, Strong = 10, Extreme = 30;

    /// <summary>Nothing for balanced labels, else what a network that ignores the rare ones would reach, and advice.</summary>
    public static IEnumerable<string> Describe(DataInspection inspection)
    {
        var counts = inspection.Splits[0].Counts;
        var (most, fewest) = (counts.Max(), Math.Max(1, counts.Min()));
        var ratio = (double)most / fewest;
        if (ratio < Noticeable)
        {
            return [];
        }

        string LabelWith(int count) => inspection.Labels[Array.IndexOf([.. counts], count)];
        var option = ratio switch { < Strong => "--class-weights", < Extreme => "--sampling balanced", _ => "--logit-adjustment 1" };
        return
        [
            $"imbalance: {LabelWith(most)} has {ratio:0.#} images for each of {LabelWith(counts.Min())}",
            $"  always answering {LabelWith(most)} has an accuracy of {(double)most / counts.Sum():0.0%} and a balanced accuracy of {1.0 / counts.Count:0.0%}: without help the network leans that way",
            $"  train with {option} --criterion macro-f1, and read the recall of {LabelWith(counts.Min())}",
        ];
    }
}
