using Fer.Core;
using Fer.Core.Benchmarking.Scenes;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Cli.Tests.Support;

/// <summary>Photographs of synthetic persons in folders of three invented labels: a sample face somewhere on a plain wall.</summary>
internal static class Photographs
{
    private const int Width = 320, Height = 240, FaceSize = 110;

    // Close to the mean face, so that the cascade finds each.
    private const float Variety = 0.3f;

    // Which of the sample faces' expressions stands for an invented label.
    private static readonly (string Label, string Expression)[] Labels = [("bored", "sad"), ("calm", "neutral"), ("keen", "happy")];
    private static readonly string[] Persons = ["anna", "ben", "cleo", "dora", "emil", "finn"];

    /// <summary>Writes <c>label/person_NNN.png</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="perPerson">Images of each person in each label.</param>
    public static void Write(string folder, int perPerson)
    {
        foreach (var (index, person) in Persons.Index())
        {
            var random = CounterRandom.For(11, index);
            var identity = Array.ConvertAll(SampleFaces.DrawIdentity(ref random), weight => Variety * weight);
            foreach (var (label, expression) in Labels)
            {
                for (var number = 1; number <= perPerson; number++)
                {
                    using var image = Photograph(identity, SampleFaces.Labels.IndexOf(expression), ref random);
                    ImageFile.Write(Path.Combine(folder, label, $"{person}_{number:000}.png"), image);
                }
            }
        }
    }

    private static Mat Photograph(float[] identity, int expression, ref CounterRandom random)
    {
        var weights = new float[SampleFaces.Labels.Count];
        weights[expression] = 1;
        var face = new byte[SampleFaces.Size * SampleFaces.Size];
        SampleFaces.Render(identity, weights, face);
        var image = new Mat(Height, Width, MatType.CV_8UC3, Scalar.All(random.NextDouble(90, 150)));
        var box = new Rect(30 + random.Next(Width - FaceSize - 60), 30 + random.Next(Height - FaceSize - 60), FaceSize, FaceSize);
        FacePatch.Paste(image, face, SampleFaces.Size, new SceneFace(box, 0, 0), new FaceLook(Gain: 1, Slope: 0, Blue: 0.75, Green: 0.85, Blur: 0, Covered: 0, CoverLevel: 0));
        return image;
    }
}
