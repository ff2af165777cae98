using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Checkpoints;

/// <summary>The networks of scripts/pytorch are the ones here: the same names, the same answers.</summary>
public sealed class PythonNetworkTests
{
    public static TheoryData<Architecture> Architectures =>
    [
        new EmotionNetArchitecture(),
        new EmotionNetArchitecture { ReductionRatio = 8 },
        new EmotionNetArchitecture { Pooling = GlobalPooling.AverageAndMax },
        new EmotionNetArchitecture { Ranks = [8, 0, 16, 24, 32, 0, 0, 40, 48] },
        new ClassicArchitecture(),
        new EnsembleArchitecture([new EmotionNetArchitecture { ReductionRatio = 8 }, new EmotionNetArchitecture()]),
    ];

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Architectures))]
    public void PyTorch_answers_as_the_network_here(Architecture architecture)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "fer.pt");
        manual_seed(3);
        using var network = architecture.Build(labels: 7, size: 48);
        CheckpointStore.Save(path, new Checkpoint(
            architecture, LabelSet.Fer2013, Preprocessing.UnitRange with { Size = 48 }, new Dictionary<string, double>(), StateDictionary.Capture(network)));
        using var input = arange(2 * 48 * 48).remainder(251).to(ScalarType.Float32).reshape(2, 1, 48, 48).div(125).sub(1);
        using var guard = inference_mode();
        network.eval();
        using var expected = network.call(input);

        float[] answers = DebianPython.Network(path, "x = (torch.arange(2 * 48 * 48) % 251).float().reshape(2, 1, 48, 48) / 125 - 1");
        Assert.All(expected.flatten().data<float>().Zip(answers), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        // The script has saved it again.
        Assert.Equal(1.5, CheckpointStore.Load(path).Temperature);
    }
}
