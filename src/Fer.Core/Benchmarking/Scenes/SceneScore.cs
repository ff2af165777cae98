using Fer.Core.Detection.Detectors;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>A face of a scene and what was detected there.</summary>
/// <param name="Face">The face.</param>
/// <param name="Detected">The detection; null if it was missed.</param>
public sealed record SceneMatch(SceneFace Face, DetectedFace? Detected);

/// <summary>What one detector found in the scenes so far.</summary>
/// <param name="name">The name of the detector.</param>
public sealed class SceneScore(string name)
{
    // A detection belongs to a face from this intersection over union on.
    private const double MinIou = 0.35;

    private readonly List<SceneMatch> _matches = [];

    /// <summary>The name of the detector.</summary>
    public string Name => name;

    /// <summary>The faces of all scenes.</summary>
    public IReadOnlyList<SceneMatch> Matches => _matches;

    /// <summary>Number of images.</summary>
    public int Images { get; private set; }

    /// <summary>Detections that belong to no face.</summary>
    public int FalseBoxes { get; private set; }

    /// <summary>CPU time in seconds, of all threads.</summary>
    public double Seconds { get; private set; }

    /// <summary>The share of the faces that were found.</summary>
    public double Recall => RecallWhere(_ => true);

    /// <summary>Mean intersection over union of the boxes found.</summary>
    public double MeanIou => Mean(match => FaceBoxes.Iou(match.Detected!.Box, match.Face.Box));

    /// <summary>Geometric mean of the ratio of the widths: above 1 if boxes are too large.</summary>
    public double Scale => Math.Exp(Mean(match => Math.Log((double)match.Detected!.Box.Width / match.Face.Box.Width)));

    /// <summary>Mean vertical offset of the centers in face widths: positive if boxes are too low.</summary>
    public double Down => Mean(match => Center(match.Detected!.Box.Y, match.Detected.Box.Height, match.Face.Box.Y, match.Face.Box.Height) / match.Face.Box.Width);

    /// <summary>The share of the faces with a property that were found; NaN if there are none.</summary>
    public double RecallWhere(Func<SceneFace, bool> condition)
    {
        var faces = _matches.Where(match => condition(match.Face)).ToList();
        return (double)faces.Count(match => match.Detected is not null) / faces.Count;
    }

    /// <summary>Adds the detections of an image.</summary>
    /// <returns>The match of each of its faces.</returns>
    public IReadOnlyList<SceneMatch> Add(Scene scene, IReadOnlyList<DetectedFace> detected, double seconds)
    {
        var unused = detected.ToList();
        var matches = new List<SceneMatch>();
        foreach (var face in scene.Faces)
        {
            var best = unused.MaxBy(candidate => FaceBoxes.Iou(candidate.Box, face.Box));
            var isFound = best is not null && FaceBoxes.Iou(best.Box, face.Box) >= MinIou;
            matches.Add(new SceneMatch(face, isFound ? best : null));
            if (isFound)
            {
                unused.Remove(best!);
            }
        }

        _matches.AddRange(matches);
        Images++;
        FalseBoxes += unused.Count;
        Seconds += seconds;
        return matches;
    }

    private static double Center(int start, int length, int otherStart, int otherLength) => start + length / 2.0 - otherStart - otherLength / 2.0;

    private double Mean(Func<SceneMatch, double> value) =>
        _matches.Where(match => match.Detected is not null).Select(value).DefaultIfEmpty(double.NaN).Average();
}
