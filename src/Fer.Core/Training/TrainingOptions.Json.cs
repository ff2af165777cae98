using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Fer.Core.Training;

/// <summary>The options as <c>options.json</c>.</summary>
public sealed partial record TrainingOptions
{
    /// <summary>As the text of <c>options.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingOptions);

    /// <summary>Reads <c>options.json</c> and checks every value.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="FerException">The text does not hold the options of a training run.</exception>
    public static TrainingOptions FromJson(string json, string path)
    {
        TrainingOptions options;
        try
        {
            // As it stands first: failures then name the line of the file.
            _ = JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingOptions) ?? throw new JsonException();
            options = JsonSerializer.Deserialize(WithDefaults(json), TrainingJson.Default.TrainingOptions)!;
        }
        catch (JsonException failure)
        {
            throw new FerException($"{path} does not hold valid training options: {Reason(failure)}", failure);
        }

        options.Validate(path);
        return options;
    }

    /// <summary>
    /// The same object with the defaults of missing keys, which older releases did not write: the deserializer itself
    /// would set init-only properties to 0 and null.
    /// </summary>
    private static JsonObject WithDefaults(string json)
    {
        var complete = JsonNode.Parse(new TrainingOptions { Data = "", Output = "" }.ToJson())!.AsObject();
        // Release 0.1 kept identical images only on one side of the split.
        complete[JsonNamingPolicy.CamelCase.ConvertName(nameof(Similar))] = nameof(SimilarImages.Apart);
        foreach (var (key, value) in JsonNode.Parse(json)!.AsObject())
        {
            complete[key] = value?.DeepClone();
        }

        return complete;
    }

    /// <summary>The reason without the names of .NET types.</summary>
    private static string Reason(JsonException failure)
    {
        if (failure.Path?.Split('.', 2) is [_, var key])
        {
            return $"the value of {key} has the wrong type, or is unknown (line {failure.LineNumber + 1})";
        }

        if (failure.LineNumber is { } line)
        {
            return $"it is not JSON, or damaged (line {line + 1})";
        }

        // The message quotes the keys, and the names of types, which have dots.
        var keys = failure.Message.Split('\'').Where((_, part) => part % 2 == 1).Where(name => !name.Contains('.', StringComparison.Ordinal)).ToArray();
        return keys.Length > 0 ? $"a key is missing or unknown ({string.Join(", ", keys)})" : "it is not a JSON object";
    }
}

/// <summary>Reads and writes the options without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    UseStringEnumConverter = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class TrainingJson : JsonSerializerContext;
