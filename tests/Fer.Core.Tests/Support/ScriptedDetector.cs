using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A detector that finds the boxes it was told to, call by call, then the last ones again.</summary>
internal sealed class ScriptedDetector(params Rect[][] boxes) : IFaceDetector
{
    private int _calls;

    public List<string> Calls { get; } = [];

    public void Detect(Mat image, List<Rect> faces)
    {
        Calls.Add("everywhere");
        Answer(faces);
    }

    public void DetectNear(Mat image, IReadOnlyList<Rect> expected, List<Rect> faces)
    {
        Calls.Add("near");
        Answer(faces);
    }

    public void Dispose()
    {
    }

    private void Answer(List<Rect> faces)
    {
        faces.Clear();
        if (boxes.Length > 0)
        {
            faces.AddRange(boxes[Math.Min(_calls++, boxes.Length - 1)]);
        }
    }
}
