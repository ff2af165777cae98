using Fer.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class BatchNormRecalibrationTests
{
    [Fact]
    public void Statistics_become_the_mean_over_the_images_whatever_they_were_before_and_a_smaller_batch_counts_less()
    {
        using var network = TinyNetwork.Architecture.Build(3, 16);
        var first = network.modules().OfType<BatchNorm2d>().First();
        using (no_grad())
        {
            first.running_mean!.fill_(1000);
            first.running_var!.fill_(1000);
        }

        Tensor[] batches = [rand(8, 1, 16, 16), rand(8, 1, 16, 16) + 1, rand(4, 1, 16, 16) - 2];
        var momentum = first.momentum;

        // The statistics of the layer's own input, of each batch: its name in the network is that of its convolution.
        using var reference = TinyNetwork.Architecture.Build(3, 16);
        Fer.Core.Checkpoints.StateDictionary.Apply(reference, Fer.Core.Checkpoints.StateDictionary.Capture(network));
        var norm = reference.modules().OfType<BatchNorm2d>().First();
        var (means, variances) = (new List<float[]>(), new List<float[]>());
        reference.train();
        foreach (var batch in batches)
        {
            using var guard = no_grad();
            norm.momentum = 1;
            reference.call(batch).Dispose();
            means.Add([.. norm.running_mean!.data<float>()]);
            variances.Add([.. norm.running_var!.data<float>()]);
        }

        BatchNormRecalibration.Refresh(network, batches.Select(batch => batch.clone()));

        double[] shares = [8 / 20.0, 8 / 20.0, 4 / 20.0];
        AssertMean(means, shares, first.running_mean!);
        AssertMean(variances, shares, first.running_var!);
        Assert.Equal(momentum, first.momentum);
        Array.ForEach(batches, batch => batch.Dispose());
    }

    [Fact]
    public void Inputs_are_disposed_of_and_parameters_do_not_change()
    {
        using var network = TinyNetwork.Architecture.Build(3, 16);
        var before = network.parameters().SelectMany(parameter => parameter.data<float>().ToArray()).ToArray();
        var input = rand(4, 1, 16, 16);

        BatchNormRecalibration.Refresh(network, [input]);

        Assert.True(input.IsInvalid);
        Assert.Equal(before, network.parameters().SelectMany(parameter => parameter.data<float>().ToArray()).ToArray());
    }

    private static void AssertMean(List<float[]> ofBatches, double[] shares, Tensor actual)
    {
        float[] values = [.. actual.data<float>()];
        for (var channel = 0; channel < values.Length; channel++)
        {
            Assert.Equal(ofBatches.Zip(shares, (batch, share) => share * batch[channel]).Sum(), values[channel], 1e-4);
        }
    }
}
