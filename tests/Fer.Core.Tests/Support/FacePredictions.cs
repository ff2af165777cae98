using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>Frames and faces to write and draw.</summary>
internal static class FacePredictions
{
    public static FacePrediction Face(int trackId, Rect box, int label = 3, float confidence = 0.75f, bool isPredicted = false)
    {
        var probabilities = Enumerable.Range(0, 7).Select(i => i == label ? confidence : (1 - confidence) / 6).ToArray();
        return new FacePrediction(trackId, box, label, probabilities, probabilities, isPredicted);
    }

    public static Frame Frame(Size size, int brightness = 0, params FacePrediction[] faces)
    {
        var frame = new Frame { Number = 7, Time = TimeSpan.FromSeconds(0.25), Source = "a \"quoted\", name.mp4", Faces = faces };
        frame.Image.Create(size, MatType.CV_8UC3);
        frame.Image.SetTo(Scalar.All(brightness));
        return frame;
    }
}
