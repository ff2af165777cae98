using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fer.Core.Evaluation;

/// <summary>Metrics of predictions on a dataset.</summary>
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
    /// <summary>The predictions of the single images as CSV, a path relative to the report; null if they were not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Predictions { get; init; }

    /// <summary>The figures with a single crop and their uncertainty; null in reports of training runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FigureEstimate>? Estimates { get; init; }

    /// <summary>What a reader should know before trusting the figures.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The requirements and whether they are met; null if there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GateResult>? Gates { get; init; }

    /// <summary>The differences to a baseline; null without one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BaselineComparison? Comparison { get; init; }

    /// <summary>The figures of groups of images; null without any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttributeReport>? Groups { get; init; }

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

    /// <summary>Refuses to compare what was measured on different data.</summary>
    /// <param name="labels">The labels of the other evaluation.</param>
    /// <param name="split">The split of the other evaluation.</param>
    /// <exception cref="FerException">This report is about other labels or another split.</exception>
    public void RequireComparable(IReadOnlyList<string> labels, string split)
    {
        string[] own = [.. Labels.Select(score => score.Label)];
        if (!own.SequenceEqual(labels))
        {
            throw new FerException($"the baseline of {Model} was measured on other labels ({string.Join(", ", own)}); compare with a report on the same labels");
        }

        if (Split != split)
        {
            throw new FerException($"the baseline of {Model} was measured on {Split}, this report on {split}; compare with a report on the same split");
        }
    }

    /// <summary>The report as JSON: keys in camel case, fractions 0..1.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport);

    /// <summary>Several reports as a JSON array; one alone as it is.</summary>
    public static string ToJson(IReadOnlyList<EvaluationReport> reports) =>
        reports is [var single] ? single.ToJson() : JsonSerializer.Serialize(reports, EvaluationJson.Default.IReadOnlyListEvaluationReport);

    /// <summary>Reads a report that <see cref="ToJson()"/> wrote.</summary>
    /// <exception cref="FerException">The file is missing, or not a report of one network.</exception>
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
[JsonSerializable(typeof(IReadOnlyList<EvaluationReport>))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
