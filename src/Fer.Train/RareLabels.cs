using Fer.Core.Data;

namespace Fer.Train;

/// <summary>Labels with so few images that a training says little about them.</summary>
internal static class RareLabels
{
    private const int Few = 5;

    /// <summary>One line that names them and what follows; null if there are none.</summary>
    public static string? Describe(FaceDataset train, FaceDataset validation)
    {
        var (learned, measured) = (train.CountByLabel(), validation.CountByLabel());
        string[] few = [.. learned.Index().Where(label => label.Item < Few).Select(label => $"{label.Item} training {(label.Item == 1 ? "image" : "images")} of {train.Labels[label.Index]}")];
        string[] unmeasured = [.. measured.Index().Where(label => label.Item == 0).Select(label => train.Labels[label.Index])];
        string?[] parts =
        [
            few.Length == 0 ? null : $"{string.Join(", ", few)}: too few to learn from",
            unmeasured.Length == 0 ? null : $"no validation image of {string.Join(", ", unmeasured)}: the best epoch is chosen without regard to {(unmeasured.Length == 1 ? "it" : "them")}",
        ];
        var text = string.Join("; ", parts.OfType<string>());
        return text.Length == 0 ? null : $"{text}; add images, or leave a label out with --ignore-label";
    }
}
