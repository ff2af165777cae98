using Fer.Core.Data;
using Fer.Core.Reporting;
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

    /// <summary>One color per label.</summary>
    public static Scalar[] Of(LabelSet labels) =>
        [.. LabelColors.Of(labels).Select(FromRgb)];

    /// <summary>The text color for a background: dark on light colors, light on dark ones (luma of ITU-R BT.601).</summary>
    public static Scalar On(Scalar background) =>
        0.114 * background.Val0 + 0.587 * background.Val1 + 0.299 * background.Val2 > 110 ? Ink : Paper;

    private static Scalar FromRgb(int color) => new(color & 0xFF, (color >> 8) & 0xFF, color >> 16);
}
