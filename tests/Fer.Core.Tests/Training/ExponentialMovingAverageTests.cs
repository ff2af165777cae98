using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class ExponentialMovingAverageTests
{
    [Fact]
    public void The_average_follows_the_formula_with_a_smaller_decay_at_the_start()
    {
        const double Decay = 0.25;
        using var network = TinyNetwork.Architecture.Build(3, 16);
        using var copy = TinyNetwork.Architecture.Build(3, 16);
        var average = new ExponentialMovingAverage(network, copy, Decay);
        Fill(copy, 0);
        double expected = 0;
        for (var step = 1; step <= 6; step++)
        {
            Fill(network, step);
            average.Update(step);
            // (1 + step) / (10 + step) is 0.18 at first and would be 0.44 in the last step.
            var decay = Math.Min(Decay, (1.0 + step) / (10.0 + step));
            expected = decay * expected + (1 - decay) * step;
            Assert.All(copy.parameters(), parameter => Assert.All(parameter.data<float>(), value => Assert.Equal(expected, value, 1e-5)));
        }

        Assert.Same(copy, average.Network);
        Assert.All(network.parameters(), parameter => Assert.All(parameter.data<float>(), value => Assert.Equal(6f, value)));
    }

    [Fact]
    public void A_network_that_does_not_change_is_its_own_average()
    {
        using var network = TinyNetwork.Architecture.Build(3, 16);
        using var copy = TinyNetwork.Architecture.Build(3, 16);
        Fill(network, 2);
        Fill(copy, 2);

        new ExponentialMovingAverage(network, copy, 0.999).Update(1_000_000);

        Assert.All(copy.parameters(), parameter => Assert.All(parameter.data<float>(), value => Assert.Equal(2f, value)));
    }

    private static void Fill(nn.Module network, double value)
    {
        using var guard = no_grad();
        foreach (var parameter in network.parameters())
        {
            parameter.fill_(value);
        }
    }
}
