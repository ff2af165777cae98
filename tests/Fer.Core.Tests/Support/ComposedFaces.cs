using Fer.Core.Benchmarking.Scenes;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A sample face at a known place of a plain image: one whose features are clear enough for YuNet's landmarks.</summary>
internal static class ComposedFaces
{
    public static Mat Image(int width, int height, Rect box, double roll = 0)
    {
        var image = new Mat(height, width, MatType.CV_8UC3, Scalar.All(120));
        var look = new FaceLook(Gain: 1, Slope: 0, Blue: 0.75, Green: 0.85, Blur: 0, Covered: 0, CoverLevel: 0);
        FacePatch.Paste(image, SampleFaces.Draw(1, seed: 3).Face(6), SampleFaces.Size, new SceneFace(box, roll, 6), look);
        return image;
    }
}
