using Fer.Core.Typography;
using OpenCvSharp;
using SkiaSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>
/// Text of any script as a coverage mask, in the fonts of the system: labels are the names of folders, which people write
/// in their own language. The characters of the script are shaped and ordered by HarfBuzz.
/// </summary>
internal sealed class TextRenderer : IDisposable
{
    private readonly TextRuns _runs = new("DejaVu Sans", SKFontStyle.Bold);

    /// <summary>Renders one line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="height">The height of capital letters in pixels.</param>
    /// <param name="margin">The margin on all sides in pixels, which accents and descenders may use.</param>
    /// <returns>A mask of 0..255; null if the system has no font.</returns>
    public Mat? Render(string text, int height, int margin)
    {
        if (!_runs.HasFont)
        {
            return null;
        }

        var size = height / _runs.CapitalHeight;
        var runs = _runs.Of(text);
        var width = ShapedText.Measure(runs, size);
        using var bitmap = new SKBitmap(new SKImageInfo((int)Math.Ceiling(width) + 2 * margin, height + 2 * margin, SKColorType.Gray8, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.White, IsAntialias = true };
        canvas.Clear(SKColors.Black);
        ShapedText.Draw(canvas, runs, margin, margin + height, size, paint);
        canvas.Flush();
        using var mask = Mat.FromPixelData(bitmap.Height, bitmap.Width, MatType.CV_8UC1, bitmap.GetPixels(), bitmap.RowBytes);
        return mask.Clone();
    }

    public void Dispose() => _runs.Dispose();
}
