using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Data;

/// <summary>
/// The only code that turns an image into network input, for training and detection alike: gray, square, resized,
/// normalized.
/// </summary>
public sealed class FacePreprocessor(Preprocessing preprocessing)
{
    // A thread's gray pixels of one face: the same memory for every face.
    [ThreadStatic]
    private static Mat? s_gray;

    /// <summary>Width and height of the network's input in pixels.</summary>
    public int Size => preprocessing.Size;

    /// <summary>Decodes an encoded image (JPEG, PNG, BMP, WebP), gray or color, 8 bits a channel.</summary>
    /// <returns>The image, or null where the bytes are none.</returns>
    public static Mat? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            return null;
        }

        Mat image;
        try
        {
            // AnyColor keeps a gray image gray, so that most of the data sets decode at a third of the work.
            image = Cv2.ImDecode(encoded, ImreadModes.AnyColor);
        }
        catch (OpenCVException)
        {
            // A header that promises more pixels than OpenCV takes (2^30).
            return null;
        }

        if (!image.Empty())
        {
            return image;
        }

        image.Dispose();
        return null;
    }

    /// <summary>Cuts <paramref name="area"/> out of an 8-bit image (1, 3 or 4 channels, BGR) and writes it as gray pixels.</summary>
    /// <param name="image">The image or video frame.</param>
    /// <param name="area">The face, within the image; for an image that is a face, the whole of it.</param>
    /// <param name="pixels">Receives <c>Size * Size</c> bytes, row by row.</param>
    public unsafe void Crop(Mat image, Rect area, Span<byte> pixels)
    {
        using var region = new Mat(image, area);
        var gray = ToGray(region);
        fixed (byte* target = pixels[..(Size * Size)])
        {
            using var resized = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, (nint)target);
            if (gray.Width == Size && gray.Height == Size)
            {
                gray.CopyTo(resized);
                return;
            }

            // Averaging areas keeps a shrunken face free of aliasing; a small face is interpolated.
            var shrinks = gray.Width > Size && gray.Height > Size;
            Cv2.Resize(gray, resized, new OpenCvSharp.Size(Size, Size), 0, 0, shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
        }
    }

    /// <summary>Pixels to network input.</summary>
    /// <param name="pixels"><c>[batch, 1, Size, Size]</c>, uint8.</param>
    /// <returns><c>[batch, 1, Size, Size]</c>, float32, normalized.</returns>
    public Tensor Normalize(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar scale = preprocessing.Scale, shift = preprocessing.Shift;
        return pixels.to_type(ScalarType.Float32).mul(scale).sub_(shift).MoveToOuterDisposeScope();
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
