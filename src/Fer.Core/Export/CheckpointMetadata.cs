using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Checkpoints;

namespace Fer.Core.Export;

/// <summary>What a checkpoint says beside its weights, as the texts that other formats can carry: each is JSON.</summary>
internal static class CheckpointMetadata
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A metric may be no number where the training went wrong.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Which network it is, what its outputs mean and what was measured.</summary>
    public static Dictionary<string, string> OfNetwork(Checkpoint checkpoint) => new()
    {
        ["architecture"] = Text(checkpoint.Architecture.Description),
        ["labels"] = Text(checkpoint.Labels),
        ["metrics"] = Text(checkpoint.Metrics),
    };

    /// <summary>What has to be done before and after the network.</summary>
    public static Dictionary<string, string> OfSurroundings(Checkpoint checkpoint) => new()
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
