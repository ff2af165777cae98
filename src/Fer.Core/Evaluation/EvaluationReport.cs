using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fer.Core.Evaluation;

/// <summary>The figures of one way of looking at a data set.</summary>
/// <param name="Accuracy">The fraction of images that were given their label.</param>
/// <param name="BalancedAccuracy">Mean recall of the labels.</param>
/// <param name="MacroF1">Mean F1 of the labels.</param>
/// <param name="Loss">Mean cross-entropy in nats, at the checkpoint's temperature.</param>
/// <param name="CalibrationError">Expected calibration error at the checkpoint's temperature.</param>
/// <param name="UncalibratedError">Expected calibration error of the network's own probabilities.</param>
public sealed record EvaluationFigures(
    double Accuracy, double BalancedAccuracy, double MacroF1, double Loss, double CalibrationError, double UncalibratedError)
{
    /// <summary>Measures predictions.</summary>
    public static EvaluationFigures Of(Predictions predictions, double temperature)
    {
        var matrix = new ConfusionMatrix(predictions);
        return new EvaluationFigures(
            matrix.Accuracy,
            matrix.BalancedAccuracy,
            matrix.MacroF1,
            predictions.MeanLoss(temperature),
            Calibration.ExpectedError(predictions, temperature),
            Calibration.ExpectedError(predictions));
    }
}

/// <summary>What an evaluation found; <c>--json</c> and <c>report.json</c> hold it, <c>--baseline</c> reads it.</summary>
/// <param name="Model">The checkpoint's file.</param>
/// <param name="Data">The folder of images.</param>
/// <param name="Split">The part of it.</param>
/// <param name="Images">How many were read.</param>
/// <param name="Unreadable">How many files were left out.</param>
/// <param name="Temperature">The checkpoint's.</param>
/// <param name="Figures">Each image seen once, as it is.</param>
/// <param name="WithViews">Ten views of each image averaged, where that was asked for.</param>
/// <param name="Labels">The scores of each label, each image seen once.</param>
/// <param name="Confusion">Images by <c>[target][predicted]</c>, each seen once.</param>
public sealed record EvaluationReport(
    string Model,
    string Data,
    string Split,
    [property: JsonPropertyName("pictures")] int Images,
    int Unreadable,
    double Temperature,
    EvaluationFigures Figures,
    EvaluationFigures? WithViews,
    IReadOnlyList<LabelScore> Labels,
    IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    /// <summary>The accuracy that gates look at: with views where they were asked for.</summary>
    [JsonIgnore]
    public double GatedAccuracy => (WithViews ?? Figures).Accuracy;

    /// <summary>Measures predictions; what they were made from is left for the caller to fill in.</summary>
    /// <exception cref="FerException">There are none, or the network's outputs are not numbers.</exception>
    public static EvaluationReport Of(Predictions predictions, double temperature)
    {
        if (predictions.Count == 0)
        {
            throw new FerException("there are no images to evaluate");
        }

        predictions.RequireNumbers("the network");
        var matrix = new ConfusionMatrix(predictions);
        return new EvaluationReport("", "", "", predictions.Count, 0, temperature, EvaluationFigures.Of(predictions, temperature), null, matrix.Scores, matrix.Counts);
    }

    /// <summary>As JSON, keys in camel case, fractions 0..1.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport);

    /// <summary>Reads a report that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FerException">The file is missing or is no report.</exception>
    public static EvaluationReport Load(string path)
    {
        try
        {
            var report = JsonSerializer.Deserialize(InputFile.Read(path, File.ReadAllText), EvaluationJson.Default.EvaluationReport);
            return report?.Figures is null ? throw new JsonException("it holds no figures") : report;
        }
        catch (JsonException failure)
        {
            throw new FerException($"{path} is no evaluation report: {failure.Message.Split('\n')[0]}", failure);
        }
    }
}

/// <summary>Reads and writes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
