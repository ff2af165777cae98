using System.Globalization;

namespace Fer.Core.Detection.Detectors;

/// <summary>A face size: in pixels, or below 1 as a fraction of the image height.</summary>
public readonly record struct FaceSize(double Value)
{
    /// <summary>The size in pixels in an image of this height, at least 1.</summary>
    public int Pixels(int imageHeight) => Math.Max(1, (int)Math.Round(Value < 1 ? Value * imageHeight : Value));

    /// <summary>Parses <c>40</c> (pixels), <c>0.1</c> (a fraction) or <c>10%</c>; null for anything else.</summary>
    public static FaceSize? Parse(string text)
    {
        var isPercent = text.EndsWith('%');
        var number = isPercent ? text[..^1] : text;
        var isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        // Negated as a whole, so that NaN is rejected too.
        if (!(isNumber && value > 0 && value <= (isPercent ? 99 : 10_000)))
        {
            return null;
        }

        if (isPercent)
        {
            return new FaceSize(value / 100);
        }

        return new FaceSize(value < 1 ? value : Math.Round(value));
    }

    /// <inheritdoc/>
    public override string ToString() => Value < 1 ? $"{Value:0.##%}" : $"{Value} px";
}
