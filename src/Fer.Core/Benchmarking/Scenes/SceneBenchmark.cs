using System.Diagnostics;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>Accuracy of the emotions of faces in scenes.</summary>
/// <param name="Faces">Number of faces.</param>
/// <param name="ExactCrops">Of the original crops.</param>
/// <param name="ExactBoxes">Of crops from the scenes at the true boxes and rolls: what the scenes themselves cost.</param>
/// <param name="Detectors">By detector, a missed face counted as wrong.</param>
public sealed record SceneAccuracy(int Faces, double ExactCrops, double ExactBoxes, IReadOnlyList<double> Detectors);

/// <summary>Measures detectors on composed scenes.</summary>
/// <param name="faces">The face crops.</param>
/// <param name="options">The distribution of the scenes.</param>
/// <param name="detectors">The detectors to compare.</param>
public sealed class SceneBenchmark(FaceDataset faces, SceneOptions options, IReadOnlyList<SceneDetector> detectors)
{
    private readonly SceneComposer _composer = new(faces, options);
    private readonly SceneComposer _portraits = new(faces, options.AsPortraits());
    private readonly List<DetectedFace> _detected = [];

    /// <summary>Recall, false boxes, box errors and time.</summary>
    /// <param name="images">Number of scenes.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public IReadOnlyList<SceneScore> Detect(int images, CancellationToken cancellation = default)
    {
        var scores = Scores();
        for (var number = 0; number < images; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scene = _composer.Compose(number);
            Run(scene, scores, (_, _) => { });
        }

        return scores;
    }

    /// <summary>Accuracy from image to emotion on portraits (<see cref="SceneOptions.AsPortraits"/>), one face per scene.</summary>
    /// <param name="classifier">The emotion network.</param>
    /// <param name="count">Number of faces, evenly spread over the dataset.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public SceneAccuracy Classify(EmotionClassifier classifier, int count, CancellationToken cancellation = default)
    {
        count = Math.Min(count, faces.Count);
        var scores = Scores();
        var right = new int[detectors.Count];
        var (exactCrops, exactBoxes) = (0, 0);
        for (var number = 0; number < count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var index = (int)((long)number * faces.Count / count);
            using var scene = _portraits.Compose(number, index);
            using var crop = Mat.FromPixelData(faces.Size, faces.Size, MatType.CV_8UC1, faces.Face(index).ToArray());
            exactCrops += IsRight(crop, new Rect(0, 0, faces.Size, faces.Size), 0, index) ? 1 : 0;
            exactBoxes += scene.Faces is [var face] && IsRight(scene.Image, face.Box, face.Roll, index) ? 1 : 0;
            Run(scene, scores, (detector, matches) =>
                right[detector] += matches is [{ Detected: { } found }] && IsRight(scene.Image, found.Box, found.Roll, index) ? 1 : 0);
        }

        return new SceneAccuracy(count, (double)exactCrops / count, (double)exactBoxes / count, [.. right.Select(correct => (double)correct / count)]);

        bool IsRight(Mat image, Rect box, double roll, int index)
        {
            var probabilities = classifier.Classify(image, [box], [roll])[0];
            return classifier.Labels[Array.IndexOf(probabilities, probabilities.Max())] == faces.Labels[faces.Targets[index]];
        }
    }

    private List<SceneScore> Scores() => [.. detectors.Select(detector => new SceneScore(detector.Name))];

    private void Run(Scene scene, List<SceneScore> scores, Action<int, IReadOnlyList<SceneMatch>> onMatches)
    {
        using var process = Process.GetCurrentProcess();
        for (var i = 0; i < detectors.Count; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            detectors[i].Detect(scene.Image, _detected);
            process.Refresh();
            onMatches(i, scores[i].Add(scene, _detected, (process.TotalProcessorTime - before).TotalSeconds));
        }
    }
}
