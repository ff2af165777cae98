using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>Damaged images are refused or decoded; neither their headers nor the decoders crash.</summary>
public sealed class ImageFuzzTests
{
    private static readonly byte[][] Tokens = [[0xFF, 0xD8], [0xFF, 0xC0, 0, 17, 8], [0xFF, 0xDA], [0xFF, 0xFF], [.. "IHDR"u8], [.. "IDAT"u8], [.. "PLTE"u8], [.. "VP8X"u8], [.. "VP8L"u8], [0, 0, 1, 1], [.. "P5\n"u8]];

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".bmp")]
    [InlineData(".webp")]
    [InlineData(".tiff")]
    [InlineData(".ppm")]
    public void A_damaged_image_is_refused_with_a_reason_or_decoded(string format)
    {
        var valid = Encoded(format);
        Fuzz.Run(ordinary: 200, factor: 0.25, (ref random) => Mutation.Of(valid, ref random, Tokens), file =>
        {
            _ = ImageHeader.Read(file);
            if (!ImageDecoder.TryDecode(file, out var image, out var problem, targetSize: 48))
            {
                throw new FerException(problem);
            }

            image.Dispose();
        });
    }

    /// <summary>Found by a long run: a PNG and a WebP that ended within their headers failed with an exception that is not expected.</summary>
    [Theory]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".tiff")]
    [InlineData(".bmp")]
    [InlineData(".jpg")]
    public void A_file_cut_off_within_its_header_is_refused_or_decoded(string format)
    {
        var valid = Encoded(format, MatType.CV_8UC4);
        foreach (var length in Enumerable.Range(0, 100))
        {
            if (ImageDecoder.TryDecode(valid.AsSpan(0, length), out var image, out var problem))
            {
                image.Dispose();
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        }
    }

    [Fact]
    public void No_damaged_header_throws()
    {
        byte[][] valid = [.. new[] { ".jpg", ".png", ".bmp", ".webp", ".tiff", ".ppm" }.Select(format => Encoded(format))];
        Fuzz.Run(ordinary: 5000, factor: 1, (ref random) => Mutation.Of(Mutation.Pick(valid, ref random), ref random, Tokens), file =>
            _ = ImageHeader.Read(file) ?? throw new FerException("not an image"));
    }

    private static byte[] Encoded(string format) => Encoded(format, MatType.CV_8UC3);

    private static byte[] Encoded(string format, MatType type)
    {
        using var image = new Mat(24, 32, type);
        Cv2.Randu(image, Scalar.All(0), Scalar.All(255));
        Cv2.ImEncode(format, image, out var encoded);
        return encoded;
    }
}
