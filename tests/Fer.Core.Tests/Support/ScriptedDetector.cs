using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A detector that finds the boxes it was told to, call by call, then the last ones again.</summary>
internal sealed class ScriptedDetector(params Rect[][] boxes) : IFaceDetector
{
    private int _calls;

    public string Name => "scripted";

    public List<string> Calls { get; } = [];

    /// <summary>Whether the search near the tracked faces also searches the whole image.</summary>
    public bool SearchesWholeImage { get; init; }

    /// <summary>What the slower search finds.</summary>
    public DetectedFace? Harder { get; init; }

    public void Detect(Mat image, List<DetectedFace> faces)
    {
        Calls.Add("everywhere");
        Answer(faces);
    }

    public bool DetectNear(Mat image, IReadOnlyList<DetectedFace> expected, List<DetectedFace> faces)
    {
        Calls.Add("near");
        Answer(faces);
        return SearchesWholeImage;
    }

    public void DetectFallback(Mat image, List<DetectedFace> faces)
    {
        Calls.Add("harder");
        faces.Clear();
        if (Harder is { } face)
        {
            faces.Add(face);
        }
    }

    public void Dispose()
    {
    }

    private void Answer(List<DetectedFace> faces)
    {
        faces.Clear();
        if (boxes.Length > 0)
        {
            faces.AddRange(boxes[Math.Min(_calls++, boxes.Length - 1)].Select(box => new DetectedFace(box)));
        }
    }
}
