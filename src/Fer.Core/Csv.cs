namespace Fer.Core;

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    /// <summary>A field, in quotes where it needs them.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
