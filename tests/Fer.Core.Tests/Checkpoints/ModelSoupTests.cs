using Fer.Core.Checkpoints;
using Fer.Core.Model;

namespace Fer.Core.Tests.Checkpoints;

public sealed class ModelSoupTests
{
    [Fact]
    public void Each_weight_is_the_mean_by_share_of_full_or_half_precision()
    {
        var (one, other) = (SmallCheckpoint.Create(), SmallCheckpoint.Create().InHalfPrecision());

        var soup = ModelSoup.Of([one, other], [3, 1]);

        using var network = soup.BuildNetwork();
        foreach (var (name, weight) in soup.Weights.Where(weight => weight.Value.Type == Fer.Core.Checkpoints.Torch.StoredType.Float32))
        {
            var (a, b) = (one.Weights[name].ToFloat32().Elements().ToArray(), other.Weights[name].ToFloat32().Elements().ToArray());
            Assert.All(a.Zip(b, (x, y) => (0.75f * x) + (0.25f * y)).Zip(weight.Elements().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Contains(one.Weights, weight => !weight.Value.Data.SequenceEqual(soup.Weights[weight.Key].Data));
        Assert.Equal(one.Architecture, soup.Architecture);
        Assert.Equal("the mean of the weights of the checkpoint, the checkpoint", soup.Origin);
    }

    [Fact]
    public void Normalizations_measured_on_other_parts_of_the_same_images_are_averaged_too()
    {
        var one = SmallCheckpoint.Create();
        var (mean, deviation) = (one.Preprocessing.Mean, one.Preprocessing.StandardDeviation);
        var other = one with { Preprocessing = one.Preprocessing with { Mean = mean + 0.001, StandardDeviation = deviation - 0.002 } };

        var soup = ModelSoup.Of([one, other], [3, 1]);

        Assert.Equal(mean + 0.00025, soup.Preprocessing.Mean, 1e-9);
        Assert.Equal(deviation - 0.0005, soup.Preprocessing.StandardDeviation, 1e-9);
    }

    [Fact]
    public void Networks_whose_weights_have_no_mean_are_refused()
    {
        var one = SmallCheckpoint.Create();

        Refused("another network", SmallCheckpoint.Create(labels: 4));
        Refused("another network", one with { Architecture = (EmotionNetArchitecture)one.Architecture with { Pooling = GlobalPooling.AverageAndMax } });
        Refused("normalization", one with { Preprocessing = one.Preprocessing with { Mean = one.Preprocessing.Mean + 0.1 } });
        Refused("image size", one with { Preprocessing = one.Preprocessing with { Size = 64 } });
        Refused("another network", CheckpointEnsemble.Of([one, one], [1, 1]));

        void Refused(string reason, Checkpoint other) =>
            Assert.Contains(reason, Assert.Throws<FerException>(() => ModelSoup.Of([one, other], [1, 1])).Message, StringComparison.Ordinal);
    }
}
