using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>Decodes image files of unknown origin: the dimensions are checked before memory is allocated for the pixels.</summary>
public static class ImageDecoder
{
    /// <summary>Images with more pixels are refused.</summary>
    public const long MaxPixels = 100_000_000;

    // Above this, images are decoded one at a time, so that the threads of a dataset together stay below a gigabyte.
    private const long LargeImage = 10_000_000;

    // A reduced image keeps this many pixels per pixel of the network's input, so that the choice does not show.
    private const int Oversampling = 4;

    private static readonly Lock OneLargeImage = new();

    /// <summary>
    /// Decodes a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image to 8 bits per channel, grayscale or BGR. The orientation
    /// that a camera stored is applied, and transparent parts become white.
    /// </summary>
    /// <param name="encoded">The content of the file.</param>
    /// <param name="image">The image, owned by the caller; null if there is none.</param>
    /// <param name="problem">Why there is none; null if there is one.</param>
    /// <param name="targetSize">
    /// Width and height in pixels to which the whole image will be resized: a large JPEG is decoded at 1/2, 1/4 or 1/8 of
    /// its size. Null decodes at full size.
    /// </param>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out Mat? image, [NotNullWhen(false)] out string? problem, int? targetSize = null)
    {
        image = null;
        if (encoded.IsEmpty)
        {
            problem = "the file is empty";
            return false;
        }

        var header = ImageHeader.Read(encoded);
        if (header is { } claimed && claimed.Pixels > MaxPixels)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"its {claimed.Width}x{claimed.Height} pixels exceed the limit of {MaxPixels / 1_000_000} megapixels");
            return false;
        }

        if (ImageFormat.Of(encoded) is { Converter: { } converter } format)
        {
            problem = $"{format.Name} images cannot be decoded here; convert it first: {converter}";
            return false;
        }

        // AnyColor keeps a grayscale image grayscale, which decodes in a third of the time.
        var mode = ImreadModes.AnyColor;
        if (header is { IsJpeg: true } jpeg && targetSize is { } size)
        {
            mode |= Reduction(Math.Min(jpeg.Width, jpeg.Height), size);
        }

        image = header?.Pixels > LargeImage ? DecodeAlone(encoded, mode) : Decode(encoded, mode);
        problem = image is null ? "it is not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image, or it is damaged" : null;
        return image is not null;
    }

    /// <summary>The largest reduction after which the shorter side still has four pixels per target pixel.</summary>
    internal static ImreadModes Reduction(long shorterSide, int targetSize)
    {
        var available = shorterSide / ((long)Oversampling * targetSize);
        return available switch
        {
            >= 8 => ImreadModes.ReducedGrayscale8,
            >= 4 => ImreadModes.ReducedGrayscale4,
            >= 2 => ImreadModes.ReducedGrayscale2,
            _ => default,
        };
    }

    private static Mat? DecodeAlone(ReadOnlySpan<byte> encoded, ImreadModes mode)
    {
        lock (OneLargeImage)
        {
            return Decode(encoded, mode);
        }
    }

    private static Mat? Decode(ReadOnlySpan<byte> encoded, ImreadModes mode)
    {
        if (TransparentImage.IsPossible(encoded) && Read(encoded, ImreadModes.Unchanged) is { } whole)
        {
            using (whole)
            {
                if (whole.Channels() == 4)
                {
                    var image = TransparentImage.OnWhite(whole);
                    ImageOrientation.Apply(image, ImageOrientation.Of(encoded));
                    return image;
                }
            }
        }

        return Read(encoded, mode);
    }

    private static Mat? Read(ReadOnlySpan<byte> encoded, ImreadModes mode)
    {
        Mat image;
        try
        {
            image = Cv2.ImDecode(encoded, mode);
        }
        catch (OpenCVException)
        {
            return null;
        }

        if (image.Empty())
        {
            image.Dispose();
            return null;
        }

        return image;
    }
}
