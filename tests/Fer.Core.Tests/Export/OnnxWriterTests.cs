using System.Text.Json;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Export;
using Fer.Core.Model;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Export;

public sealed class OnnxWriterTests
{
    public static TheoryData<string> Architectures => [.. Architecture.All.Keys];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void ONNX_Runtime_gives_the_probabilities_of_the_network(string name)
    {
        var checkpoint = NoisyNetwork.Checkpoint(Architecture.Named(name), size: 48);
        AssertSameProbabilities(checkpoint, faces: 3);
    }

    [Fact]
    public void Squeeze_and_excitation_is_exported_too() => AssertSameProbabilities(NoisyNetwork.Checkpoint(new EmotionNetArchitecture { ReductionRatio = 8 }, size: 48), faces: 3);

    [Fact]
    public void Average_plus_max_pooling_is_exported_too() => AssertSameProbabilities(NoisyNetwork.Checkpoint(new EmotionNetArchitecture { Pooling = GlobalPooling.AverageAndMax }, size: 48), faces: 3);

    [Fact]
    public void An_ensemble_is_exported_too() =>
        AssertSameProbabilities(NoisyNetwork.Checkpoint(new EnsembleArchitecture([new EmotionNetArchitecture { ReductionRatio = 8 }, new ClassicArchitecture()]), size: 48), faces: 3);

    [Fact]
    public void The_batch_may_have_any_size()
    {
        var checkpoint = NoisyNetwork.Checkpoint(new EmotionNetArchitecture { Stem = 4, Stages = [6, 8] }, size: 24);
        AssertSameProbabilities(checkpoint, faces: 1);
        AssertSameProbabilities(checkpoint, faces: 5);
    }

    [Fact]
    public void The_metadata_names_the_labels_and_the_architecture()
    {
        using var session = Open(SmallCheckpoint.Create());
        var metadata = session.ModelMetadata.CustomMetadataMap;

        Assert.Equal(["label0", "label1", "label2"], JsonSerializer.Deserialize<string[]>(metadata["labels"])!);
        Assert.Equal("""{"name":"emotion-net","stem":4,"stages":[6,8],"squeeze":0,"maximum":0}""", metadata["architecture"]);
        Assert.Equal("""{"epoch":3,"validation_accuracy":0.5}""", metadata["metrics"]);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_before_anything_is_written()
    {
        using var stream = new MemoryStream();

        Assert.Throws<FerException>(() => OnnxWriter.Write(stream, SmallCheckpoint.Create() with { Labels = new LabelSet(["a", "b"]) }));

        Assert.Equal(0, stream.Length);
    }

    private static void AssertSameProbabilities(Checkpoint checkpoint, int faces)
    {
        var size = checkpoint.Preprocessing.Size;
        var random = CounterRandom.For(5);
        var pixels = new byte[faces * size * size];
        Array.ForEach(Enumerable.Range(0, pixels.Length).ToArray(), i => pixels[i] = (byte)random.Next(256));
        using var session = Open(checkpoint);

        var input = new DenseTensor<float>(Array.ConvertAll(pixels, pixel => (float)pixel), [faces, 1, size, size]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxWriter.InputName, input)]);
        var actual = results.Single(result => result.Name == OnnxWriter.OutputName).AsTensor<float>();

        var expected = Probabilities(checkpoint, pixels, faces);
        Assert.Equal([faces, checkpoint.Labels.Count], actual.Dimensions.ToArray());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.InRange(expected.Max() - expected.Min(), 0.05, 0.99);
    }

    private static float[] Probabilities(Checkpoint checkpoint, byte[] pixels, int faces)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var network = checkpoint.BuildNetwork();
        var size = checkpoint.Preprocessing.Size;
        var input = new FacePreprocessor(checkpoint.Preprocessing).Normalize(tensor(pixels).reshape(faces, 1, size, size));
        return (network.call(input) / checkpoint.Temperature).softmax(1).data<float>().ToArray();
    }

    private static InferenceSession Open(Checkpoint checkpoint)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(stream, checkpoint);
        return new InferenceSession(stream.ToArray());
    }
}
