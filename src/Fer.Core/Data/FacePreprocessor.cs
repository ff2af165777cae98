using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Data;

/// <summary>
/// The only code that turns a picture into network input, for training and detection alike: grey, square, resized,
/// standardised.
/// </summary>
public sealed class FacePreprocessor(Preprocessing preprocessing)
{
    // A thread's grey pixels of one face: the same memory for every face.
    [ThreadStatic]
    private static Mat? s_grey;

    /// <summary>Width and height of the network's input in pixels.</summary>
    public int Size => preprocessing.Size;

    /// <summary>Decodes an encoded picture (JPEG, PNG, BMP, WebP), grey or colour, 8 bits a channel.</summary>
    /// <returns>The picture, or null where the bytes are none.</returns>
    public static Mat? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            return null;
        }

        Mat picture;
        try
        {
            // AnyColor keeps a grey picture grey, so that most of the data sets decode at a third of the work.
            picture = Cv2.ImDecode(encoded, ImreadModes.AnyColor);
        }
        catch (OpenCVException)
        {
            // A header that promises more pixels than OpenCV takes (2^30).
            return null;
        }

        if (!picture.Empty())
        {
            return picture;
        }

        picture.Dispose();
        return null;
    }

    /// <summary>Cuts <paramref name="area"/> out of an 8-bit picture (1, 3 or 4 channels, BGR) and writes it as grey pixels.</summary>
    /// <param name="picture">The picture or video frame.</param>
    /// <param name="area">The face, within the picture; for a picture that is a face, the whole of it.</param>
    /// <param name="pixels">Receives <c>Size * Size</c> bytes, row by row.</param>
    public unsafe void Crop(Mat picture, Rect area, Span<byte> pixels)
    {
        using var region = new Mat(picture, area);
        var grey = ToGrey(region);
        fixed (byte* target = pixels[..(Size * Size)])
        {
            using var resized = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, (nint)target);
            if (grey.Width == Size && grey.Height == Size)
            {
                grey.CopyTo(resized);
                return;
            }

            // Averaging areas keeps a shrunken face free of aliasing; a small face is interpolated.
            var shrinks = grey.Width > Size && grey.Height > Size;
            Cv2.Resize(grey, resized, new OpenCvSharp.Size(Size, Size), 0, 0, shrinks ? InterpolationFlags.Area : InterpolationFlags.Linear);
        }
    }

    /// <summary>Pixels to network input.</summary>
    /// <param name="pixels"><c>[batch, 1, Size, Size]</c>, uint8.</param>
    /// <returns><c>[batch, 1, Size, Size]</c>, float32, standardised.</returns>
    public Tensor Standardise(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar scale = preprocessing.Scale, shift = preprocessing.Shift;
        return pixels.to_type(ScalarType.Float32).mul(scale).sub_(shift).MoveToOuterDisposeScope();
    }

    private static Mat ToGrey(Mat picture)
    {
        if (picture.Channels() == 1)
        {
            return picture;
        }

        s_grey ??= new Mat();
        Cv2.CvtColor(picture, s_grey, picture.Channels() switch
        {
            3 => ColorConversionCodes.BGR2GRAY,
            4 => ColorConversionCodes.BGRA2GRAY,
            var channels => throw new FerException($"a picture has {channels} channels; grey, BGR or BGRA is needed"),
        });
        return s_grey;
    }
}
