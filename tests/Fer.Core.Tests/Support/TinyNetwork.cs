using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using Fer.Core.Model;
using TorchSharp;

namespace Fer.Core.Tests.Support;

/// <summary>Checkpoints of small networks with random weights.</summary>
internal static class TinyNetwork
{
    public static readonly EmotionNetArchitecture Architecture = new() { Stem = 4, Stages = [8, 8] };

    public static Checkpoint Checkpoint(LabelSet? labels = null, int size = 48)
    {
        labels ??= LabelSet.Fer2013;
        torch.manual_seed(1);
        using var network = Architecture.Build(labels.Count, size);
        return new Checkpoint(Architecture, labels, Preprocessing.UnitRange with { Size = size }, new Dictionary<string, double>(), StateDictionary.Capture(network));
    }

    public static EmotionPipeline Pipeline(IFaceDetector detector, TrackingOptions? options = null) =>
        new(detector, new EmotionClassifier(Checkpoint()), options ?? new TrackingOptions());
}
