using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>Frames and faces to write and draw.</summary>
internal static class Readings
{
    public static FaceReading Face(int identity, Rect box, int label = 3, float confidence = 0.75f, bool isHeld = false)
    {
        var probabilities = Enumerable.Range(0, 7).Select(i => i == label ? confidence : (1 - confidence) / 6).ToArray();
        return new FaceReading(identity, box, label, probabilities, probabilities, isHeld);
    }

    public static Frame Frame(Size size, int brightness = 0, params FaceReading[] faces)
    {
        var frame = new Frame { Number = 7, Time = TimeSpan.FromSeconds(0.25), Source = "a \"quoted\", name.mp4", Faces = faces };
        frame.Image.Create(size, MatType.CV_8UC3);
        frame.Image.SetTo(Scalar.All(brightness));
        return frame;
    }
}
