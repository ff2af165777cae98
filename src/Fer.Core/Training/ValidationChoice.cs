using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fer.Core.Training;

/// <summary>
/// The images that choose the best epoch: a split of the data folder, or a fraction of its training images. Written as
/// <c>auto</c>, <c>validation</c>, <c>test</c> or a number such as <c>0.1</c>.
/// </summary>
[JsonConverter(typeof(ValidationChoiceConverter))]
public sealed record ValidationChoice
{
    private ValidationChoice()
    {
    }

    /// <summary>The folder <c>validation/</c> where there is one, else a tenth of the training images.</summary>
    public static ValidationChoice Auto { get; } = new();

    /// <summary>The folder <c>validation/</c>.</summary>
    public static ValidationChoice ValidationSplit { get; } = new() { Split = "validation" };

    /// <summary>The folder <c>test/</c>.</summary>
    public static ValidationChoice TestSplit { get; } = new() { Split = "test" };

    /// <summary>The split by name; null for <see cref="Auto"/> and a fraction.</summary>
    public string? Split { get; private init; }

    /// <summary>The fraction of the training images, 0..1, exclusive; null for <see cref="Auto"/> and a split.</summary>
    public double? Fraction { get; private init; }

    /// <summary>A fraction of the training images, or null where it is not between 0 and 1.</summary>
    public static ValidationChoice? OfFraction(double fraction) => fraction is > 0 and < 1 ? new ValidationChoice { Fraction = fraction } : null;

    /// <summary>Reads <c>auto</c>, <c>validation</c>, <c>test</c> or a fraction; null for anything else.</summary>
    public static ValidationChoice? Parse(string text) => text switch
    {
        "auto" => Auto,
        "validation" => ValidationSplit,
        "test" => TestSplit,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) ? OfFraction(fraction) : null,
    };

    /// <summary>The split to validate on, of those that the data folder has; null for a part of the training images.</summary>
    /// <exception cref="FerException">The folder does not have the requested split.</exception>
    public string? SplitIn(IReadOnlyCollection<string> splits)
    {
        if (Split is not null && !splits.Contains(Split))
        {
            throw new FerException($"--validation {Split}: the data folder has no {Split}/; it has {string.Join(", ", splits.Select(split => split + "/"))}");
        }

        if (this == Auto && splits.Contains("validation"))
        {
            return "validation";
        }

        return Split;
    }

    /// <inheritdoc/>
    public override string ToString() => Split ?? Fraction?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}

/// <summary>A <see cref="ValidationChoice"/> as the text that the command line takes.</summary>
internal sealed class ValidationChoiceConverter : JsonConverter<ValidationChoice>
{
    public override ValidationChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ValidationChoice.Parse(reader.GetString()!) is { } choice
            ? choice
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, ValidationChoice value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
