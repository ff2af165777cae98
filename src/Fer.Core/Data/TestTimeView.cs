namespace Fer.Core.Data;

/// <summary>One look at a face: mirrored or not, shifted by whole pixels. Test-time augmentation averages several.</summary>
/// <param name="Mirrored">Left and right change places.</param>
/// <param name="ShiftX">Pixels to the right.</param>
/// <param name="ShiftY">Pixels down.</param>
public sealed record TestTimeView(bool Mirrored, int ShiftX, int ShiftY)
{
    /// <summary>The face as it is.</summary>
    public static IReadOnlyList<TestTimeView> Plain { get; } = [new(false, 0, 0)];

    /// <summary>The face and its mirror image, each centerd and shifted to four corners by a 24th of the width (ten views).</summary>
    public static IReadOnlyList<TestTimeView> TenCrop(int size)
    {
        var shift = Math.Max(1, size / 24);
        (int X, int Y)[] places = [(0, 0), (-shift, -shift), (shift, -shift), (-shift, shift), (shift, shift)];
        return [.. places.SelectMany(place => new[] { false, true }.Select(mirrored => new TestTimeView(mirrored, place.X, place.Y)))];
    }

    /// <summary>Writes the view of a face; beyond the edge the edge repeats.</summary>
    /// <param name="face"><c>size * size</c> bytes.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="pixels">Receives <c>size * size</c> values, 0..255.</param>
    public void Apply(ReadOnlySpan<byte> face, int size, Span<float> pixels)
    {
        for (var y = 0; y < size; y++)
        {
            var row = face.Slice(Math.Clamp(y - ShiftY, 0, size - 1) * size, size);
            for (var x = 0; x < size; x++)
            {
                var source = Math.Clamp(x - ShiftX, 0, size - 1);
                pixels[y * size + x] = row[Mirrored ? size - 1 - source : source];
            }
        }
    }
}
