using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>
/// The font of charts and grids. The SkiaSharp build without dependencies only finds fonts below /usr/share/fonts, where
/// <c>libgtk-3-0</c>, which OpenCV needs anyway, installs at least one.
/// </summary>
public static class ChartFont
{
    private static readonly string[] Preferred = ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Nimbus Sans"];

    /// <summary>The font for what it has; <see cref="Typography.TextRuns"/> finds others for the rest.</summary>
    internal static string Family { get; } = First();

    private static string First()
    {
        string[] families = [.. SKFontManager.Default.FontFamilies.Where(family => !string.IsNullOrEmpty(family))];
        return Preferred.Intersect(families, StringComparer.OrdinalIgnoreCase).Concat(families.Where(HasLetters)).FirstOrDefault("");
    }

    private static bool HasLetters(string family)
    {
        using var typeface = SKTypeface.FromFamilyName(family);
        return typeface.ContainsGlyph('A');
    }
}
