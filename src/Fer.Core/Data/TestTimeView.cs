namespace Fer.Core.Data;

/// <summary>A view of an image in test-time augmentation (TTA): flipped or not, shifted by whole pixels. Predictions of several views are averaged.</summary>
/// <param name="Mirrored">Horizontal flip.</param>
/// <param name="ShiftX">Pixels to the right.</param>
/// <param name="ShiftY">Pixels down.</param>
public sealed record TestTimeView(bool Mirrored, int ShiftX, int ShiftY)
{
    /// <summary>The image without augmentation.</summary>
    public static IReadOnlyList<TestTimeView> SingleCrop { get; } = [new(false, 0, 0)];

    /// <summary>10-crop: the image and its horizontal flip, each centered and shifted toward the four corners by 1/24 of the width.</summary>
    public static IReadOnlyList<TestTimeView> TenCrop(int size)
    {
        var shift = Math.Max(1, size / 24);
        (int X, int Y)[] places = [(0, 0), (-shift, -shift), (shift, -shift), (-shift, shift), (shift, shift)];
        return [.. places.SelectMany(place => new[] { false, true }.Select(mirrored => new TestTimeView(mirrored, place.X, place.Y)))];
    }

    /// <summary>Writes the view of an image; edge pixels are replicated.</summary>
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
