using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Checkpoints;

namespace Fer.Core.Export;

/// <summary>The metadata of a checkpoint as key-value pairs for other formats; each value is JSON.</summary>
internal static class CheckpointMetadata
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A metric is NaN if the training diverged.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Architecture, labels and metrics.</summary>
    public static Dictionary<string, string> OfNetwork(Checkpoint checkpoint) => new()
    {
        ["architecture"] = Text(checkpoint.Architecture.Description),
        ["labels"] = Text(checkpoint.Labels),
        ["metrics"] = Text(checkpoint.Metrics),
    };

    /// <summary>Normalization before and temperature after the network.</summary>
    public static Dictionary<string, string> OfPreprocessing(Checkpoint checkpoint) => new()
    {
        ["preprocessing"] = Text(new OrderedDictionary<string, double>
        {
            ["size"] = checkpoint.Preprocessing.Size,
            ["mean"] = checkpoint.Preprocessing.Mean,
            ["std"] = checkpoint.Preprocessing.StandardDeviation,
        }),
        ["temperature"] = Text(checkpoint.Temperature),
    };

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);
}
