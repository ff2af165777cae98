using Fer.Core.Model;
using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model;

public sealed class NetworkTests
{
    [Fact]
    public void The_classic_network_has_the_tutorials_parameters_and_initialization()
    {
        using var network = new ClassicArchitecture().Build(labels: 7, size: 48);
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter);

        Assert.Equal(4_232_199, parameters.Values.Sum(parameter => parameter.NumberOfElements));
        Assert.All(parameters.Where(p => p.Key.EndsWith("bias", StringComparison.Ordinal)), p => Assert.Equal(0, p.Value.abs().sum().item<float>()));
        // Glorot-uniform: within sqrt(6 / (fan in + fan out)), with a deviation of that by sqrt(3).
        var limit = Math.Sqrt(6.0 / (9 * 128 + 9 * 256));
        Assert.InRange(parameters["conv2.weight"].abs().max().item<float>(), 0.99 * limit, limit + 1e-6);
        Assert.InRange(parameters["conv2.weight"].std().item<float>(), 0.98 * limit / Math.Sqrt(3), 1.02 * limit / Math.Sqrt(3));
    }

    [Theory]
    [InlineData("classic", 48)]
    [InlineData("emotion-net", 48)]
    [InlineData("emotion-net", 64)]
    public void Both_precisions_give_about_the_same_logits(string name, int size)
    {
        using var network = Architecture.Named(name).Build(labels: 7, size);
        network.eval();
        using var input = randn(4, 1, size, size);
        using var guard = inference_mode();
        using var exact = network.forward(input);
        network.Precision = Precision.BFloat16;
        using var rough = network.forward(input);

        Assert.Equal([4L, 7L], exact.shape);
        Assert.Equal(ScalarType.Float32, rough.dtype);
        Assert.InRange((exact - rough).abs().max().item<float>(), 0, 0.05 * Math.Max(1, exact.abs().max().item<float>()));
    }

    [Theory]
    [InlineData("classic", 64)]
    [InlineData("emotion-net", 15)]
    public void A_size_that_the_network_cannot_take_is_refused(string name, int size) =>
        Assert.Throws<FerException>(() => Architecture.Named(name).Build(labels: 7, size));

    [Theory]
    [InlineData(8L)]
    [InlineData(0L)]
    [InlineData(null)]
    public void Hyperparameters_without_a_reduction_ratio_build_a_network_without_squeeze_and_excitation(long? squeeze)
    {
        var hyperparameters = new Dictionary<string, object?> { ["stem"] = 4L, ["stages"] = new List<object?> { 8L } };
        if (squeeze is not null)
        {
            hyperparameters["squeeze"] = squeeze;
        }

        using var network = new EmotionNetArchitecture().WithHyperparameters(new HyperparameterReader(hyperparameters)).Build(labels: 7, size: 48);

        Assert.Equal(squeeze > 0, network.state_dict().ContainsKey("stages.0.gate.squeeze.weight"));
    }

    [Theory]
    [InlineData("2 instead of 3 for each of the 1 stages", 4L, 4L)]
    [InlineData("6 instead of 3", 4L, 4L, 4L, 4L, 4L, 4L)]
    [InlineData("not an integer from 0", 4L, -1L, 4L)]
    public void Ranks_that_do_not_fit_the_stages_are_refused(string reason, params long[] ranks)
    {
        var hyperparameters = new Dictionary<string, object?> { ["stem"] = 4L, ["stages"] = new List<object?> { 8L }, ["ranks"] = ranks.Select(rank => (object?)rank).ToList() };

        var failure = Assert.Throws<FerException>(() => new EmotionNetArchitecture().WithHyperparameters(new HyperparameterReader(hyperparameters)));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0L, false)]
    [InlineData(1L, true)]
    public void Files_from_before_the_choice_of_pooling_add_max_pooling(long? maximum, bool addsMax)
    {
        var hyperparameters = new Dictionary<string, object?> { ["stem"] = 4L, ["stages"] = new List<object?> { 8L } };
        if (maximum is not null)
        {
            hyperparameters["maximum"] = maximum;
        }

        var architecture = Assert.IsType<EmotionNetArchitecture>(new EmotionNetArchitecture().WithHyperparameters(new HyperparameterReader(hyperparameters)));

        Assert.Equal(addsMax, architecture.Pooling == GlobalPooling.AverageAndMax);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_head_pools_by_average_or_by_average_plus_max(bool addsMax)
    {
        using var network = new EmotionNetArchitecture { Stem = 4, Stages = [8], Pooling = addsMax ? GlobalPooling.AverageAndMax : GlobalPooling.Average }.Build(labels: 7, size: 48);
        network.eval();
        var weights = network.state_dict();
        using var guard = no_grad();
        weights["head.weight"].fill_(1);
        weights["stages.0.residual2.norm.weight"].fill_(0);
        // The last block gives the same everywhere, so that the maximum is the mean.
        weights["stages.0.down.norm.weight"].fill_(0);
        weights["stages.0.down.norm.bias"].fill_(0.5f);
        using var faces = rand(2, 1, 48, 48);
        using var logits = network.call(faces);

        Assert.All(logits.data<float>(), logit => Assert.Equal(addsMax ? 8f : 4f, logit, 1e-4));
    }

    [Theory]
    [InlineData(GlobalPooling.Average, false)]
    [InlineData(GlobalPooling.AverageAndMax, true)]
    public void The_head_is_the_one_that_the_options_name(GlobalPooling head, bool addsMax)
    {
        var options = new TrainingOptions { Data = "", Output = "", Pooling = head };

        Assert.Equal(addsMax, Assert.IsType<EmotionNetArchitecture>(NetworkChoice.ArchitectureOf(options)).Pooling == GlobalPooling.AverageAndMax);
    }

    [Fact]
    public void The_width_is_the_one_that_the_options_name()
    {
        var options = new TrainingOptions { Data = "", Output = "", Width = 5, ReductionRatio = 2 };

        var network = Assert.IsType<EmotionNetArchitecture>(NetworkChoice.ArchitectureOf(options));

        Assert.Equal([5, 10, 20, 40], network.Stages.Prepend(network.Stem));
        Assert.Equal(2, network.ReductionRatio);
    }

    [Fact]
    public void The_widest_network_is_read_back()
    {
        var widest = EmotionNetArchitecture.OfWidth(EmotionNetArchitecture.LargestWidth);

        var read = Assert.IsType<EmotionNetArchitecture>(Architecture.FromDescription(new HyperparameterReader(widest.Description)));

        Assert.Equal(widest.Stages, read.Stages);
    }

    [Theory]
    [InlineData(48, 8, GlobalPooling.Average)]
    [InlineData(48, 0, GlobalPooling.AverageAndMax)]
    [InlineData(24, 0, GlobalPooling.Average)]
    public void The_classic_network_takes_neither_width_nor_squeeze_nor_head(int width, int squeeze, GlobalPooling head)
    {
        var options = new TrainingOptions { Data = "", Output = "", Architecture = "classic", Width = width, ReductionRatio = squeeze, Pooling = head };

        Assert.Contains("--pool", Assert.Throws<FerException>(() => NetworkChoice.ArchitectureOf(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_architecture_is_answered_with_the_known_ones() =>
        Assert.Contains("emotion-net, classic", Assert.Throws<FerException>(() => Architecture.Named("vgg")).Message, StringComparison.Ordinal);
}
