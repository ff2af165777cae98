using System.Globalization;
using System.Text;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Fer.Core.Typography;

/// <summary>A part of a text in one font and one direction.</summary>
internal sealed record TextRun(string Text, SKTypeface Typeface, SKShaper Shaper, bool IsRightToLeft);

/// <summary>Divides texts by the fonts that have their characters.</summary>
/// <param name="family">The font for the characters that it has.</param>
/// <param name="style">Bold or regular.</param>
internal sealed class TextRuns(string family, SKFontStyle style) : IDisposable
{
    private const string Missing = "?";

    private readonly SKTypeface _base = SKTypeface.FromFamilyName(family, style);
    private static readonly string[] LessReadable = ["Serif", "Mono", "Math", "Condensed", "Light", "Thin", "Emoji"];

    // A shaper reads the tables of its font, which takes longer than shaping a label.
    private readonly Dictionary<SKTypeface, SKShaper> _shapers = [];
    private readonly Dictionary<string, SKTypeface?> _fallbacks = new(StringComparer.Ordinal);

    /// <summary>Whether the system has a font at all.</summary>
    public bool HasFont => _base.ContainsGlyph('A');

    /// <summary>The height of capital letters in a font of size 1.</summary>
    public float CapitalHeight
    {
        get
        {
            using var font = new SKFont(_base, 100);
            return font.Metrics.CapHeight > 0 ? font.Metrics.CapHeight / 100 : 0.73f;
        }
    }

    /// <summary>The runs of a text in reading order; a character that no font has becomes a question mark.</summary>
    public List<TextRun> Of(string text)
    {
        var runs = new List<TextRun>();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            // A space belongs to the run before it: two Arabic words are one run, read from right to left.
            var isSpace = string.IsNullOrWhiteSpace(element);
            var typeface = isSpace && runs.Count > 0 ? runs[^1].Typeface : TypefaceFor(element);
            var isRightToLeft = isSpace && runs.Count > 0 ? runs[^1].IsRightToLeft : IsRightToLeft(element);
            var next = new TextRun(typeface is null ? Missing : element, typeface ?? _base, ShaperOf(typeface ?? _base), isRightToLeft);
            if (runs.Count > 0 && runs[^1].Typeface == next.Typeface && runs[^1].IsRightToLeft == next.IsRightToLeft)
            {
                runs[^1] = runs[^1] with { Text = runs[^1].Text + next.Text };
            }
            else
            {
                TakeTrailingSpace(runs, ref next);
                runs.Add(next);
            }
        }

        return runs;
    }

    public void Dispose()
    {
        foreach (var shaper in _shapers.Values)
        {
            shaper.Dispose();
        }

        foreach (var typeface in _fallbacks.Values)
        {
            typeface?.Dispose();
        }

        _base.Dispose();
    }

    /// <summary>At the end of a run from right to left a space would be drawn on its left, away from what follows.</summary>
    private static void TakeTrailingSpace(List<TextRun> runs, ref TextRun next)
    {
        if (runs.Count > 0 && runs[^1] is { IsRightToLeft: true } last && last.Text.TrimEnd() is var trimmed && trimmed.Length < last.Text.Length)
        {
            next = next with { Text = last.Text[trimmed.Length..] + next.Text };
            runs[^1] = last with { Text = trimmed };
        }
    }

    private SKShaper ShaperOf(SKTypeface typeface) =>
        _shapers.TryGetValue(typeface, out var shaper) ? shaper : _shapers[typeface] = new SKShaper(typeface);

    private SKTypeface? TypefaceFor(string element)
    {
        if (HasAll(_base, element))
        {
            return _base;
        }

        if (!_fallbacks.TryGetValue(element, out var typeface))
        {
            // Several characters share one font object, so that their runs join.
            typeface = _fallbacks.Values.FirstOrDefault(known => known is not null && HasAll(known, element))
                ?? Find(element);
            _fallbacks[element] = typeface;
        }

        return typeface;
    }

    /// <summary>The first font that has the characters: the font manager of Skia's build without dependencies does not search for one.</summary>
    private SKTypeface? Find(string element)
    {
        var families = SKFontManager.Default.FontFamilies.Where(name => !string.IsNullOrEmpty(name));
        foreach (var name in families.OrderBy(name => Array.Exists(LessReadable, word => name.Contains(word, StringComparison.Ordinal))))
        {
            var typeface = SKTypeface.FromFamilyName(name, style);
            if (HasAll(typeface, element))
            {
                return typeface;
            }

            typeface.Dispose();
        }

        return null;
    }

    private static bool HasAll(SKTypeface typeface, string element) =>
        element.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || typeface.ContainsGlyph(rune.Value));

    /// <summary>Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms.</summary>
    private static bool IsRightToLeft(string element) => element[0] is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFE');
}
