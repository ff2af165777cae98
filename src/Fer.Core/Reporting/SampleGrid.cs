using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>A grid of network inputs with captions: <c>samples.png</c>, <c>predictions.png</c>.</summary>
public static class SampleGrid
{
    // All in pixels.
    private const int FaceWidth = 144, Gap = 14, Margin = 28, TitleHeight = 44;
    private const int LineHeight = 24, CaptionSize = 17, NoteSize = 15, TitleSize = 24;

    private static readonly SKColor Ink = SKColor.Parse("#24292F"), Muted = SKColor.Parse("#6E7781");

    // Both have a contrast of 4.5 on white; wrong predictions also have a frame and a second line, for color-blind people.
    private static readonly SKColor Green = SKColor.Parse("#1A7F37"), Red = SKColor.Parse("#CF222E");

    /// <summary>Writes the grid as a PNG.</summary>
    /// <param name="path">The PNG file, replaced atomically.</param>
    /// <param name="title">The heading.</param>
    /// <param name="rows">Rows of faces, at least one; they may differ in length.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<IReadOnlyList<SampleFace>> rows)
    {
        var columns = rows.Max(row => row.Count);
        var hasPredictions = rows.Any(row => row.Any(face => face.Predicted is not null));
        var rowHeight = FaceWidth + (hasPredictions ? 2 : 1) * LineHeight + Gap;
        var width = 2 * Margin + columns * (FaceWidth + Gap) - Gap;
        var height = 2 * Margin + TitleHeight + rows.Count * rowHeight - Gap;

        using var surface = ChartStyle.Surface(width, height);
        using var pen = new CaptionPen(surface.Canvas, [title, .. rows.SelectMany(row => row).SelectMany(face => new[] { face.Label, face.Predicted ?? "" })]);
        surface.Canvas.Clear(SKColors.White);
        pen.Write(title, Margin, Margin + TitleSize * 0.75f, width - 2 * Margin, TitleSize, Ink, bold: true);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Count; column++)
            {
                Draw(surface.Canvas, pen, rows[row][column], Margin + column * (FaceWidth + Gap), Margin + TitleHeight + row * rowHeight);
            }
        }

        AtomicFile.Replace(path, temporary => ChartStyle.WritePng(surface, temporary));
    }

    private static void Draw(SKCanvas canvas, CaptionPen pen, SampleFace face, int left, int top)
    {
        var area = new SKRect(left, top, left + FaceWidth, top + FaceWidth);
        using var image = ToImage(face.Pixels);
        canvas.DrawImage(image, area, new SKSamplingOptions(SKCubicResampler.CatmullRom));
        var middle = left + FaceWidth / 2f;
        var (first, second) = (area.Bottom + LineHeight * 0.78f, area.Bottom + LineHeight * 1.68f);
        if (face.Predicted is null)
        {
            pen.WriteCentered(face.Label, middle, first, FaceWidth, CaptionSize, Ink);
            return;
        }

        var isCorrect = face.Predicted == face.Label;
        pen.WriteCentered(face.Predicted, middle, first, FaceWidth, CaptionSize, isCorrect ? Green : Red, bold: true, $" {100 * face.Confidence:0}%");
        if (!isCorrect)
        {
            using var frame = new SKPaint { Color = Red, IsStroke = true, StrokeWidth = 3 };
            canvas.DrawRect(SKRect.Inflate(area, 1.5f, 1.5f), frame);
            pen.WriteCentered(face.Label, middle, second, FaceWidth, NoteSize, Muted, beginning: "true: ");
        }
    }

    /// <summary>The pixels as an image; what augmentation moved out of range is clipped.</summary>
    private static SKImage ToImage(float[] pixels)
    {
        var size = (int)Math.Round(Math.Sqrt(pixels.Length));
        var gray = Array.ConvertAll(pixels, pixel => (byte)Math.Clamp(pixel + 0.5, 0, 255));
        return SKImage.FromPixelCopy(new SKImageInfo(size, size, SKColorType.Gray8, SKAlphaType.Opaque), gray);
    }
}
