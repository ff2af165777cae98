using Fer.Core.Data;

namespace Fer.Core.Reporting;

/// <summary>The colors of the labels, the same on videos, charts and pages.</summary>
internal static class LabelColors
{
    // They differ in hue and in lightness, so that people with color blindness can distinguish them.
    private static readonly Dictionary<string, int> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["angry"] = 0xF0483E,
        ["disgust"] = 0x8CB84A,
        ["fear"] = 0xA678E8,
        ["happy"] = 0xFFC93C,
        ["neutral"] = 0xC9D1D9,
        ["sad"] = 0x4A90F0,
        ["surprise"] = 0x35D0C8,
    };

    private static readonly int[] Others = [0xFF9F55, 0x5BC878, 0xF07CB0, 0x7F9CF5, 0xD4C05A, 0x58C4E8, 0xC08A6A, 0xB0DC7A];

    /// <summary>One color per label, <c>0xRRGGBB</c>: each emotion has its own; other labels cycle through a list.</summary>
    public static int[] Of(LabelSet labels) => [.. labels.Select((label, index) => Known.GetValueOrDefault(label, Others[index % Others.Length]))];

    /// <summary>As in HTML: <c>#F0483E</c>.</summary>
    public static string Hex(int color) => $"#{color:X6}";
}
