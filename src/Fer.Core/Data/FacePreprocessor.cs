using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Data;

/// <summary>
/// The only code that converts images to network input, in training and detection: crop, grayscale, resize, normalize.
/// </summary>
public sealed class FacePreprocessor(Preprocessing preprocessing)
{
    // The networks are trained on faces rotated by up to 15 degrees; a smaller rotation is left as it is.
    private const double RollTolerance = 8;

    // Grayscale pixels of the current crop: one buffer per thread, reused for every crop.
    [ThreadStatic]
    private static Mat? s_gray;
    [ThreadStatic]
    private static Mat? s_upright;

    /// <summary>Width and height of the network's input in pixels.</summary>
    public int Size => preprocessing.Size;

    /// <summary>Decodes an image at full size, grayscale or BGR, 8 bits per channel.</summary>
    /// <returns>The image, or null if the bytes are not an image or exceed <see cref="ImageDecoder.MaxPixels"/>.</returns>
    public static Mat? Decode(ReadOnlySpan<byte> encoded) =>
        ImageDecoder.TryDecode(encoded, out var image, out _) ? image : null;

    /// <summary>Crops <paramref name="area"/> from an 8-bit image (1, 3 or 4 channels, BGR), converts it to grayscale and resizes it.</summary>
    /// <param name="image">The image or video frame.</param>
    /// <param name="area">The bounding box of the face, within the image; the whole image if it is a face crop already.</param>
    /// <param name="pixels">Receives <c>Size * Size</c> bytes, row-major.</param>
    /// <param name="roll">Clockwise rotation of the head in degrees; beyond 8 degrees the face is turned upright.</param>
    public unsafe void Crop(Mat image, Rect area, Span<byte> pixels, double roll = 0)
    {
        using var region = Region(image, area, roll);
        var gray = Upright(region, image, area, roll);
        fixed (byte* target = pixels[..(Size * Size)])
        {
            using var resized = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, (nint)target);
            if (gray.Width == Size && gray.Height == Size)
            {
                gray.CopyTo(resized);
                return;
            }

            // Area averaging avoids aliasing when shrinking; enlarging interpolates.
            var shrinks = gray.Width > Size && gray.Height > Size;
            Cv2.Resize(gray, resized, new OpenCvSharp.Size(Size, Size), 0, 0, shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
        }
    }

    /// <summary>What <see cref="Crop"/> resizes, at the resolution of the image: read as a whole image, it gives the same input.</summary>
    /// <param name="image">The image or video frame.</param>
    /// <param name="area">The bounding box of the face, within the image.</param>
    /// <param name="roll">Clockwise rotation of the head in degrees; beyond 8 degrees the face is turned upright.</param>
    /// <returns>Grayscale, as large as the box; owned by the caller.</returns>
    public static Mat CropUnscaled(Mat image, Rect area, double roll = 0)
    {
        using var region = Region(image, area, roll);
        return Upright(region, image, area, roll).Clone();
    }

    /// <summary>Normalizes pixels to network input.</summary>
    /// <param name="pixels"><c>[batch, 1, Size, Size]</c>, uint8.</param>
    /// <returns><c>[batch, 1, Size, Size]</c>, float32, normalized.</returns>
    public Tensor Normalize(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar scale = preprocessing.Scale, shift = preprocessing.Shift;
        return pixels.to_type(ScalarType.Float32).mul(scale).sub_(shift).MoveToOuterDisposeScope();
    }

    /// <summary>The part of the image that the crop is made of; more than the box where it will be turned.</summary>
    private static Mat Region(Mat image, Rect area, double roll) => new(image, Math.Abs(roll) > RollTolerance ? UprightCrop.Surrounding(image, area) : area);

    private static Mat Upright(Mat region, Mat image, Rect area, double roll)
    {
        var gray = ToGray(region);
        return Math.Abs(roll) > RollTolerance ? UprightCrop.Rotate(gray, UprightCrop.Surrounding(image, area), area, roll, s_upright ??= new Mat()) : gray;
    }

    private static Mat ToGray(Mat image)
    {
        if (image.Channels() == 1)
        {
            return image;
        }

        s_gray ??= new Mat();
        Cv2.CvtColor(image, s_gray, image.Channels() switch
        {
            3 => ColorConversionCodes.BGR2GRAY,
            4 => ColorConversionCodes.BGRA2GRAY,
            var channels => throw new FerException($"an image has {channels} channels; gray, BGR or BGRA is needed"),
        });
        return s_gray;
    }
}
