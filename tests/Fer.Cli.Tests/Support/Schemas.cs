using System.Text.Json;
using Json.Schema;

namespace Fer.Cli.Tests.Support;

/// <summary>The JSON Schemas of <c>docs/schemas</c>.</summary>
internal static class Schemas
{
    /// <summary>Every object that a schema accepts.</summary>
    public static void AssertValid(string schema, params IEnumerable<string> texts)
    {
        var known = Load(schema);
        Assert.All(texts, text => Assert.True(IsValid(known, text), $"{schema} rejects {text}"));
    }

    public static void AssertInvalid(string schema, string text) => Assert.False(IsValid(Load(schema), text), $"{schema} accepts {text}");

    private static JsonSchema Load(string schema) => JsonSchema.FromText(File.ReadAllText(Documentation.PathOf($"docs/schemas/{schema}.schema.json")), new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    private static bool IsValid(JsonSchema schema, string text)
    {
        using var document = JsonDocument.Parse(text);
        return schema.Evaluate(document.RootElement, new EvaluationOptions { RequireFormatValidation = true }).IsValid;
    }
}
