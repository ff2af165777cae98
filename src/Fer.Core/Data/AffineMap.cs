namespace Fer.Core.Data;

/// <summary>Maps pixels of the result to source coordinates: rotation, scale, horizontal flip and shift about the center.</summary>
internal readonly struct AffineMap
{
    private readonly int _size;
    private readonly float _xx, _xy, _x0, _yx, _yy, _y0;

    /// <param name="size">Width and height in pixels.</param>
    /// <param name="radians">Rotation.</param>
    /// <param name="scale">Above 1 enlarges the face.</param>
    /// <param name="mirror">Horizontal flip.</param>
    /// <param name="shiftX">Shift of the source coordinates to the right, in pixels.</param>
    /// <param name="shiftY">Shift of the source coordinates down, in pixels.</param>
    public AffineMap(int size, double radians, double scale, bool mirror, double shiftX, double shiftY)
    {
        var center = (size - 1) / 2.0;
        var (cos, sin) = (Math.Cos(radians) / scale, Math.Sin(radians) / scale);
        var flip = mirror ? -1 : 1;
        _size = size;
        (_xx, _xy) = ((float)(flip * cos), (float)(flip * sin));
        (_yx, _yy) = ((float)-sin, (float)cos);
        _x0 = (float)(center + shiftX - (_xx + _xy) * center);
        _y0 = (float)(center + shiftY - (_yx + _yy) * center);
    }

    /// <summary>Draws a random map within the bounds of an augmentation.</summary>
    public static AffineMap Draw(Augmentation bounds, int size, ref CounterRandom random) => new(
        size,
        random.NextDouble(-bounds.Rotation, bounds.Rotation) * Math.PI / 180,
        1 + random.NextDouble(-bounds.Scale, bounds.Scale),
        random.NextDouble() < bounds.Mirror,
        random.NextDouble(-bounds.Shift, bounds.Shift) * size,
        random.NextDouble(-bounds.Shift, bounds.Shift) * size);

    /// <summary>Bilinear interpolation; edge pixels are replicated.</summary>
    public float Sample(ReadOnlySpan<byte> face, int x, int y)
    {
        var sourceX = Math.Clamp(_xx * x + _xy * y + _x0, 0, _size - 1);
        var sourceY = Math.Clamp(_yx * x + _yy * y + _y0, 0, _size - 1);
        var (left, top) = ((int)sourceX, (int)sourceY);
        var (right, bottom) = (Math.Min(left + 1, _size - 1), Math.Min(top + 1, _size - 1));
        var (u, v) = (sourceX - left, sourceY - top);
        var above = face[top * _size + left] * (1 - u) + face[top * _size + right] * u;
        var below = face[bottom * _size + left] * (1 - u) + face[bottom * _size + right] * u;
        return above * (1 - v) + below * v;
    }
}
