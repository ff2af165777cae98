using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class SharpnessAwareTests
{
    [Fact]
    public void Gradients_are_those_at_the_radius_and_the_weights_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetwork.Checkpoint().BuildNetwork();
        network.eval();
        var input = randn(4, 1, 16, 16);
        var target = tensor(new long[] { 0, 1, 2, 0 });
        Backward();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        var gradients = network.parameters().Select(parameter => parameter.grad!.clone()).ToArray();
        var norm = Norm(gradients);

        new SharpnessAware(network, 0.3).ReplaceGradients(() =>
        {
            // Along the gradient, by the radius.
            var moved = network.parameters().Zip(before, (parameter, weight) => parameter.detach() - weight).ToArray();
            Assert.Equal(0.3, Norm(moved), 1e-4);
            Assert.All(moved.Zip(gradients), pair => Assert.True(allclose(pair.First, pair.Second * (0.3 / norm), atol: 1e-5)));
            Backward();
        });

        Assert.All(network.parameters().Zip(before), pair => Assert.Equal(pair.Second.data<float>().ToArray(), pair.First.data<float>().ToArray()));
        Assert.Contains(network.parameters().Zip(gradients), pair => !allclose(pair.First.grad!, pair.Second));

        void Backward() => nn.functional.cross_entropy(network.call(input), target).backward();
    }

    private static double Norm(IEnumerable<Tensor> tensors) => Math.Sqrt(tensors.Sum(tensor => Math.Pow(tensor.norm().item<float>(), 2)));
}
