using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fer.Core.Evaluation;

/// <summary>Metrics of predictions on a data set.</summary>
/// <param name="Accuracy">Fraction of correct predictions.</param>
/// <param name="BalancedAccuracy">Unweighted mean recall of the labels.</param>
/// <param name="MacroF1">Unweighted mean F1 of the labels.</param>
/// <param name="Loss">Mean cross-entropy in nats, at the checkpoint's temperature.</param>
/// <param name="Ece">Expected calibration error (ECE) at the checkpoint's temperature.</param>
/// <param name="EceBeforeTemperature">ECE before temperature scaling.</param>
public sealed record EvaluationMetrics(
    double Accuracy,
    double BalancedAccuracy,
    double MacroF1,
    double Loss,
    [property: JsonPropertyName("calibrationError")] double Ece,
    [property: JsonPropertyName("uncalibratedError")] double EceBeforeTemperature)
{
    /// <summary>Computes the metrics of predictions.</summary>
    public static EvaluationMetrics Of(Predictions predictions, double temperature)
    {
        var matrix = new ConfusionMatrix(predictions);
        return new EvaluationMetrics(
            matrix.Accuracy,
            matrix.BalancedAccuracy,
            matrix.MacroF1,
            predictions.MeanLoss(temperature),
            Calibration.ExpectedCalibrationError(predictions, temperature),
            Calibration.ExpectedCalibrationError(predictions));
    }
}

/// <summary>The result of an evaluation: <c>--json</c> and <c>report.json</c> contain it, <c>--baseline</c> reads it.</summary>
/// <param name="Model">The checkpoint's file.</param>
/// <param name="Data">The folder of images.</param>
/// <param name="Split">The split of it.</param>
/// <param name="Images">Number of evaluated images.</param>
/// <param name="Unreadable">Number of files that could not be decoded.</param>
/// <param name="Temperature">The checkpoint's temperature.</param>
/// <param name="Figures">Metrics with a single crop.</param>
/// <param name="WithTta">Metrics with test-time augmentation (TTA); null if it was not requested.</param>
/// <param name="Labels">Scores of each label with a single crop.</param>
/// <param name="Confusion">Number of images by <c>[target][predicted]</c>, with a single crop.</param>
public sealed record EvaluationReport(
    string Model,
    string Data,
    string Split,
    [property: JsonPropertyName("pictures")] int Images,
    int Unreadable,
    double Temperature,
    EvaluationMetrics Figures,
    [property: JsonPropertyName("withViews")] EvaluationMetrics? WithTta,
    IReadOnlyList<LabelScore> Labels,
    IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    /// <summary>The accuracy that gates check: with TTA if it was requested.</summary>
    [JsonIgnore]
    public double GatedAccuracy => (WithTta ?? Figures).Accuracy;

    /// <summary>Computes a report; the caller fills in model, data and split.</summary>
    /// <exception cref="FerException">There are no predictions, or they are not finite.</exception>
    public static EvaluationReport Of(Predictions predictions, double temperature)
    {
        if (predictions.Count == 0)
        {
            throw new FerException("there are no images to evaluate");
        }

        predictions.RequireFinite("the network");
        var matrix = new ConfusionMatrix(predictions);
        return new EvaluationReport("", "", "", predictions.Count, 0, temperature, EvaluationMetrics.Of(predictions, temperature), null, matrix.Scores, matrix.Counts);
    }

    /// <summary>The report as JSON: keys in camel case, fractions 0..1.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport);

    /// <summary>Reads a report that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FerException">The file is missing or not a report.</exception>
    public static EvaluationReport Load(string path)
    {
        try
        {
            var report = JsonSerializer.Deserialize(InputFile.Read(path, File.ReadAllText), EvaluationJson.Default.EvaluationReport);
            if (report is null || report.Labels.Any(score => score is null) || report.Confusion.Any(row => row is null))
            {
                throw new JsonException("a value is null");
            }

            return report;
        }
        catch (JsonException failure)
        {
            throw new FerException($"{path} is not an evaluation report: {failure.Message.Split('\n')[0]}", failure);
        }
    }
}

/// <summary>Serialization code, generated at build time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
