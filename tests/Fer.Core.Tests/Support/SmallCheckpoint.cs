using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Tests.Support;

/// <summary>Small checkpoints of untrained networks.</summary>
internal static class SmallCheckpoint
{
    public static Checkpoint Create(int labels = 3, int size = 16)
    {
        var architecture = new EmotionNetArchitecture { Stem = 4, Stages = [6, 8] };
        using var network = architecture.Build(labels, size);
        return new Checkpoint(
            architecture,
            new LabelSet(Enumerable.Range(0, labels).Select(label => $"label{label}")),
            new Preprocessing(size, 0.4, 0.2),
            new Dictionary<string, double> { ["epoch"] = 3, ["validation_accuracy"] = 0.5 },
            StateDictionary.Capture(network))
        { Temperature = 1.25 };
    }
}
