using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

/// <summary>All kernels of a training step in float32: convolutions, batch norm, pooling, dropout.</summary>
// The number of threads is the whole process's.
[Collection(nameof(Alone))]
public sealed class ThreadTests
{
    [Theory]
    [InlineData("emotion-net")]
    [InlineData("classic")]
    public void The_number_of_threads_changes_no_gradient(string architecture)
    {
        using var scope = NewDisposeScope();
        using var network = architecture == "classic" ? new ClassicArchitecture().Build(7, 48) : new EmotionNetArchitecture { Stem = 16, Stages = [32, 64, 128] }.Build(7, 48);
        var (faces, threads) = (randn(9, 1, 48, 48), Workers.Threads);
        try
        {
            Workers.Threads = 1;
            var alone = Gradients();
            Workers.Threads = 4;
            Assert.Equal(alone, Gradients());
        }
        finally
        {
            Workers.Threads = threads;
        }

        List<float[]> Gradients()
        {
            using var step = NewDisposeScope();
            network.train();
            network.zero_grad();
            network.Masks.Begin(5, 1, 0);
            network.call(faces).square().sum().backward();
            return [.. network.parameters().Select(parameter => parameter.grad!.contiguous().data<float>().ToArray())];
        }
    }
}
