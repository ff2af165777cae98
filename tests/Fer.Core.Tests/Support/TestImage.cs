using SkiaSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A PNG file read back, to be asked what is on it.</summary>
internal sealed class TestImage : IDisposable
{
    private readonly SKBitmap _bitmap;

    public TestImage(string path) =>
        _bitmap = SKBitmap.Decode(path) ?? throw new InvalidDataException($"{path} is not an image");

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    public SKColor At(int x, int y) => _bitmap.GetPixel(x, y);

    /// <summary>Whether there are pixels of this very color, a few of them.</summary>
    public bool Shows(string color) => Where(pixel => pixel == SKColor.Parse(color)).Take(20).Count() == 20;

    /// <summary>Places of the pixels that satisfy a condition.</summary>
    public IEnumerable<(int X, int Y)> Where(Func<SKColor, bool> condition) =>
        from y in Enumerable.Range(0, Height)
        from x in Enumerable.Range(0, Width)
        where condition(_bitmap.GetPixel(x, y))
        select (x, y);

    public void Dispose() => _bitmap.Dispose();
}
