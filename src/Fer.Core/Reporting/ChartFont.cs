using System.Text;
using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>
/// The font of charts and grids. The SkiaSharp build without dependencies only finds fonts below /usr/share/fonts, where
/// <c>libgtk-3-0</c>, which OpenCV needs anyway, installs at least one.
/// </summary>
public static class ChartFont
{
    private static readonly string[] Preferred = ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Nimbus Sans"];

    /// <summary>The font with glyphs for most characters of the texts; a preferred one if it has them all.</summary>
    internal static string For(IEnumerable<string> texts)
    {
        var characters = string.Concat(texts).EnumerateRunes().Where(character => !Rune.IsControl(character)).Distinct().ToArray();
        var families = SKFontManager.Default.FontFamilies.Where(family => !string.IsNullOrEmpty(family)).ToArray();
        var best = "";
        var fewest = int.MaxValue;
        foreach (var family in Preferred.Intersect(families, StringComparer.OrdinalIgnoreCase).Concat(families))
        {
            using var typeface = SKTypeface.FromFamilyName(family);
            var missing = characters.Count(character => !typeface.ContainsGlyph(character.Value));
            if (missing < fewest)
            {
                (best, fewest) = (family, missing);
            }

            if (missing == 0)
            {
                break;
            }
        }

        return best;
    }
}
