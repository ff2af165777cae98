using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>
/// A difference hash (dHash) of an image: whether each of 8x8 places is brighter than its right neighbor. It stays nearly
/// the same when size, compression, brightness or contrast change.
/// </summary>
internal static class PerceptualHash
{
    private const int Side = 8;

    /// <param name="face"><c>size * size</c> bytes.</param>
    /// <param name="size">Width and height in pixels.</param>
    public static ulong Of(ReadOnlySpan<byte> face, int size)
    {
        var small = Reduced(face, size, Side + 1, Side);
        var hash = 0UL;
        for (var place = 0; place < Side * Side; place++)
        {
            var (row, column) = int.DivRem(place, Side);
            var at = row * (Side + 1) + column;
            hash = (hash << 1) | (small[at] < small[at + 1] ? 1UL : 0);
        }

        return hash;
    }

    /// <summary>The image, reduced by area averaging.</summary>
    /// <returns><c>width * height</c> values, row-major.</returns>
    public static unsafe float[] Reduced(ReadOnlySpan<byte> face, int size, int width, int height)
    {
        var values = new float[width * height];
        fixed (byte* source = face)
        fixed (float* target = values)
        {
            using var image = Mat.FromPixelData(size, size, MatType.CV_8UC1, (nint)source);
            using var exact = new Mat();
            image.ConvertTo(exact, MatType.CV_32FC1);
            using var result = Mat.FromPixelData(height, width, MatType.CV_32FC1, (nint)target);
            Cv2.Resize(exact, result, new Size(width, height), 0, 0, InterpolationFlags.Area);
        }

        return values;
    }
}
