using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Core.Reporting;

/// <summary>
/// The charts of an evaluation as PNG. Files are replaced atomically. All methods throw <see cref="FerException"/> if the
/// file cannot be written.
/// </summary>
public static class EvaluationCharts
{
    /// <summary>Charts of more labels are unreadable and soon too large to draw.</summary>
    public const int MaxLabels = 200;

    // Enough to see a pattern, few enough to see each face.
    private const int MistakeColumns = 8, MistakeRows = 5;

    /// <summary>The most confident mistakes as a contact sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="faces">The images.</param>
    /// <param name="outcomes">Their predictions.</param>
    /// <param name="mistakes">Indices of images, in the order of the sheet; at least one.</param>
    public static void Mistakes(string path, FaceDataset faces, Outcomes outcomes, IReadOnlyList<int> mistakes)
    {
        var shown = mistakes.Take(MistakeColumns * MistakeRows).Select(image => new SampleFace(
            faces.Face(image),
            outcomes.Labels[outcomes.Targets[image]],
            outcomes.Labels[outcomes.Predicted[image]],
            outcomes.Confidences[image]));
        SampleGrid.Write(path, $"Most confident mistakes ({FigureText.Count(mistakes.Count)} of {FigureText.Count(faces.Count)} images are wrong)", [.. shown.Chunk(MistakeColumns)]);
    }
}
