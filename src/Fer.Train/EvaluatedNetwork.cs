using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Train;

/// <summary>A network's evaluation with everything that results are written from.</summary>
/// <param name="Report">The report.</param>
/// <param name="Predictions">With a single crop.</param>
/// <param name="Faces">The images.</param>
/// <param name="Outcomes">The predictions by image.</param>
internal sealed record EvaluatedNetwork(EvaluationReport Report, Predictions Predictions, FaceDataset Faces, Outcomes Outcomes);
