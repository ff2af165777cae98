using System.Diagnostics;
using CsCheck;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Core.Tests.Data;

public sealed class ImageDecoderTests
{
    private const int Width = 37, Height = 21;

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".bmp")]
    [InlineData(".webp")]
    [InlineData(".tiff")]
    [InlineData(".pgm")]
    public void The_header_has_the_dimensions_of_the_image(string format)
    {
        using var image = new Mat(Height, Width, MatType.CV_8UC1, new Scalar(90));
        Cv2.ImEncode(format, image, out var encoded);

        var header = ImageHeader.Read(encoded)!.Value;

        Assert.Equal((Width, Height), (header.Width, header.Height));
        Assert.True(ImageDecoder.TryDecode(encoded, out var decoded, out _));
        Assert.Equal((Width, Height), (decoded.Width, decoded.Height));
        decoded.Dispose();
    }

    [Fact]
    public void Lossless_WebP_and_the_other_headers_of_each_format_are_read_too()
    {
        using var image = new Mat(Height, Width, MatType.CV_8UC1, new Scalar(90));
        Cv2.ImEncode(".webp", image, out var lossless, new ImageEncodingParam(ImwriteFlags.WebPQuality, 101));
        byte[] extended = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, Width - 1, 0, 0, Height - 1, 0, 0];
        byte[] oldBitmap = [.. "BM"u8, .. new byte[12], 12, 0, 0, 0, Width, 0, Height, 0];
        byte[] upsideDown = [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, Width, 0, 0, 0, .. BitConverter.GetBytes(-Height)];
        byte[] bigEndianTiff = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, 0, Width, 0, 0, 1, 1, 0, 4, 0, 0, 0, 1, 0, 0, 0, Height];

        Assert.All([lossless, extended, oldBitmap, upsideDown, bigEndianTiff], file =>
            Assert.Equal((Width, Height), (ImageHeader.Read(file)!.Value.Width, ImageHeader.Read(file)!.Value.Height)));
    }

    [Fact]
    public void An_image_that_claims_a_billion_pixels_is_refused_in_milliseconds()
    {
        byte[][] bombs =
        [
            Jpeg(30_000, 30_000),
            [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 0, 0, 0, 0],
            [.. "P5\n# a comment\n30000 30000\n255\n"u8],
            [.. "GIF89a"u8, 0x30, 0x75, 0x30, 0x75, 0, 0, 0],
        ];

        Assert.All(bombs, bomb =>
        {
            var start = Stopwatch.GetTimestamp();

            Assert.False(ImageDecoder.TryDecode(bomb, out _, out var problem, targetSize: 48));

            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 200);
            Assert.Contains("30000x30000", problem, StringComparison.Ordinal);
            Assert.Contains("100 megapixels", problem, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(400, 200)]
    [InlineData(500, 250)]
    [InlineData(900, 225)]
    [InlineData(4000, 500)]
    public void A_large_JPEG_is_decoded_at_a_reduced_size_with_four_pixels_per_target_pixel(int side, int reduced)
    {
        using var image = new Mat(side, side + 40, MatType.CV_8UC3, new Scalar(20, 130, 240));
        Cv2.ImEncode(".jpg", image, out var encoded);
        Cv2.ImEncode(".png", image, out var lossless);

        Assert.True(ImageDecoder.TryDecode(encoded, out var small, out _, targetSize: 48));
        Assert.True(ImageDecoder.TryDecode(lossless, out var full, out _, targetSize: 48));

        Assert.Equal((reduced, side), (small.Height, full.Height));
        Assert.InRange(small.Height, Math.Min(side, 4 * 48), side);
        small.Dispose();
        full.Dispose();
    }

    [Fact]
    public void A_reduced_JPEG_gives_nearly_the_pixels_of_the_whole_one()
    {
        using var face = Mat.FromPixelData(SampleFaces.Size, SampleFaces.Size, MatType.CV_8UC1, SampleFaces.Draw(perLabel: 1, seed: 3).Face(3).ToArray());
        using var image = face.Resize(new OpenCvSharp.Size(1600, 1600), 0, 0, InterpolationFlags.Cubic);
        Cv2.ImEncode(".jpg", image, out var encoded);
        var preprocessor = new FacePreprocessor(Preprocessing.UnitRange);
        var (fromReduced, fromWhole) = (new byte[48 * 48], new byte[48 * 48]);

        ImageDecoder.TryDecode(encoded, out var reduced, out _, targetSize: 48);
        ImageDecoder.TryDecode(encoded, out var whole, out _);
        Assert.Equal((200, 1600), (reduced!.Width, whole!.Width));
        preprocessor.Crop(reduced, new Rect(0, 0, reduced.Width, reduced.Height), fromReduced);
        preprocessor.Crop(whole, new Rect(0, 0, whole.Width, whole.Height), fromWhole);

        Assert.All(fromReduced.Zip(fromWhole), pair => Assert.InRange(pair.First - pair.Second, -3, 3));
        reduced.Dispose();
        whole.Dispose();
    }

    [Fact]
    public void A_damaged_header_is_never_more_than_unknown()
    {
        byte[][] starts = [Jpeg(100, 100), [0x89, .. "PNG"u8, .. new byte[20]], [.. "BM"u8, .. new byte[24]], [.. "RIFF....WEBPVP8L"u8, .. new byte[12]], [.. "II*\0"u8, 8, 0, 0, 0, 255, 255], [.. "P6 "u8, .. "9999999999999 1"u8]];
        var inputs = Gen.Select(Gen.Int[0, starts.Length - 1], Gen.Int[0, 40], Gen.Byte.Array[0, 30]);

        Property.Check(
            inputs,
            input =>
            {
                var (start, length, rest) = input;
                byte[] file = [.. starts[start].Take(length), .. rest];
                Assert.True(ImageHeader.Read(file) is not { } header || header is { Width: >= 0, Height: >= 0, Pixels: >= 0 });
            },
            rounds: 5000);
    }

    /// <summary>A JPEG header with a comment before the frame; no pixels follow.</summary>
    private static byte[] Jpeg(ushort width, ushort height) =>
    [
        0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 0xFF, 0xC0, 0xFF, 0xFF, 0xC2, 0, 11, 8,
        (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0,
    ];
}
