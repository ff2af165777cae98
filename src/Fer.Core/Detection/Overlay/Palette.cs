using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>The colors of the overlay, BGR.</summary>
internal static class Palette
{
    public static readonly Scalar
        Paper = FromRgb(0xF5F5F0),
        Ink = FromRgb(0x14161A),
        Faint = FromRgb(0xB4B8BE),
        Alert = FromRgb(0xFF5A4F);

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

    /// <summary>One color per label: each emotion has its own; other labels cycle through a list.</summary>
    public static Scalar[] Of(LabelSet labels) =>
        [.. labels.Select((label, index) => FromRgb(Known.GetValueOrDefault(label, Others[index % Others.Length])))];

    /// <summary>The text color for a background: dark on light colors, light on dark ones (luma of ITU-R BT.601).</summary>
    public static Scalar On(Scalar background) =>
        0.114 * background.Val0 + 0.587 * background.Val1 + 0.299 * background.Val2 > 110 ? Ink : Paper;

    private static Scalar FromRgb(int color) => new(color & 0xFF, (color >> 8) & 0xFF, color >> 16);
}
