using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Model;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection;

public sealed class EmotionClassifierTests
{
    private static Mat TestImage()
    {
        var image = new Mat(200, 300, MatType.CV_8UC3);
        Cv2.Randu(image, Scalar.All(0), Scalar.All(255));
        return image;
    }

    [Fact]
    public void A_batch_of_faces_gives_the_same_probabilities_as_each_face_alone()
    {
        using var classifier = new EmotionClassifier(TinyNetwork.Checkpoint());
        using var image = TestImage();
        Rect[] faces = [.. Enumerable.Range(0, 9).Select(i => new Rect(10 * i, 5 * i, 60 + 10 * i, 60 + 10 * i))];
        var together = classifier.Classify(image, faces);
        Assert.Equal(9, together.Length);
        for (var i = 0; i < faces.Length; i++)
        {
            var alone = Assert.Single(classifier.Classify(image, [faces[i]]));
            Assert.All(alone.Zip(together[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.Equal(1, alone.Sum(), 1e-5);
        }
    }

    [Fact]
    public void The_temperature_of_the_checkpoint_softens_the_probabilities()
    {
        using var image = TestImage();
        Rect[] face = [new Rect(0, 0, 100, 100)];
        using var plain = new EmotionClassifier(TinyNetwork.Checkpoint());
        using var soft = new EmotionClassifier(TinyNetwork.Checkpoint() with { Temperature = 4 });
        var (sharp, mild) = (plain.Classify(image, face)[0], soft.Classify(image, face)[0]);
        Assert.Equal(Math.Log(sharp[0] / sharp[1]) / 4, Math.Log(mild[0] / mild[1]), 1e-4);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_rejected(float value) =>
        Assert.Contains("not finite", Assert.Throws<FerException>(() => new EmotionClassifier(WithHeadBias(value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_so_large_that_the_output_is_not_a_number_are_rejected()
    {
        using var classifier = new EmotionClassifier(WithHeadBias(float.MaxValue) with { Temperature = 0.1 });
        using var image = TestImage();
        Assert.Throws<FerException>(() => classifier.Classify(image, [new Rect(0, 0, 50, 50)]));
    }

    private static Checkpoint WithHeadBias(float value)
    {
        var checkpoint = TinyNetwork.Checkpoint();
        BitConverter.TryWriteBytes(checkpoint.Weights["head.bias"].Data, value);
        return checkpoint;
    }

    [Fact]
    public void Gray_and_color_copies_of_an_image_give_the_same_probabilities()
    {
        using var gray = new Mat(100, 100, MatType.CV_8UC1);
        Cv2.Randu(gray, Scalar.All(0), Scalar.All(255));
        using var color = gray.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var classifier = new EmotionClassifier(TinyNetwork.Checkpoint());
        Rect[] face = [new Rect(10, 10, 80, 80)];
        Assert.Equal(classifier.Classify(gray, face)[0], classifier.Classify(color, face)[0]);
    }

    [Fact]
    public void Labels_and_input_size_come_from_the_checkpoint()
    {
        using var classifier = new EmotionClassifier(TinyNetwork.Checkpoint(new LabelSet(["calm", "cross", "glad"]), size: 32));
        using var image = TestImage();
        Assert.Equal(3, classifier.Classify(image, [new Rect(0, 0, 50, 50)])[0].Length);
    }

    [Fact]
    public void Weights_for_other_labels_are_rejected()
    {
        var checkpoint = TinyNetwork.Checkpoint() with { Labels = new LabelSet(["calm", "cross", "glad"]) };
        var failure = Assert.Throws<FerException>(() => new EmotionClassifier(checkpoint));
        Assert.Contains("head.weight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_describes_a_large_network_is_rejected_by_name()
    {
        var checkpoint = TinyNetwork.Checkpoint() with { Name = "small.pt", Architecture = new EmotionNetArchitecture { Stages = [2048, 2048, 2048, 2048] } };
        var failure = Assert.Throws<FerException>(() => new EmotionClassifier(checkpoint));
        Assert.Contains("small.pt is inconsistent: the state dictionary has", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_size_that_the_architecture_does_not_support_is_rejected()
    {
        var checkpoint = TinyNetwork.Checkpoint() with { Preprocessing = Preprocessing.UnitRange with { Size = 4 } };
        Assert.Throws<FerException>(() => new EmotionClassifier(checkpoint));
    }
}
