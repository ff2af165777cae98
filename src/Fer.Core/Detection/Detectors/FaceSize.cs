using System.Globalization;

namespace Fer.Core.Detection.Detectors;

/// <summary>A face's size in pixels or, below 1, as a fraction of the image's height.</summary>
public readonly record struct FaceSize(double Value)
{
    /// <summary>The size in an image of this height, at least one pixel.</summary>
    public int Pixels(int imageHeight) => Math.Max(1, (int)Math.Round(Value < 1 ? Value * imageHeight : Value));

    /// <summary>Reads <c>40</c> (pixels), <c>0.1</c> (a fraction) or <c>10%</c>; null for anything else.</summary>
    public static FaceSize? Parse(string text)
    {
        var percent = text.EndsWith('%');
        return double.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value > 0 && value <= (percent ? 99 : 10_000)
            ? new FaceSize(percent ? value / 100 : value < 1 ? value : Math.Round(value))
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value < 1 ? $"{Value:0.##%}" : $"{Value} px";
}
