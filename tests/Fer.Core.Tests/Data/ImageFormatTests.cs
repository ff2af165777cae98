using System.Text;
using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Tests.Data;

public sealed class ImageFormatTests : IDisposable
{
    private const int Red = 200, Green = 60, Blue = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("photo", "JPEG")]
    [InlineData("BMW is a car maker, and this is a text", null)]
    [InlineData("P3 was a good summer", null)]
    [InlineData("P3 was the beginning of this text, 3 lines", null)]
    [InlineData("P3\n2 2\n255\n", "PNM")]
    [InlineData("P5\n# comment\n2 2\n255\n", "PNM")]
    [InlineData("emotion,pixels,Usage\n0,1 2 3,Training", null)]
    [InlineData("", null)]
    public void An_image_is_recognized_by_its_first_bytes(string text, string? format)
    {
        byte[] start = text == "photo" ? [0xFF, 0xD8, 0xFF, 0xE0] : Encoding.Latin1.GetBytes(text);

        Assert.Equal(format, ImageFormat.Of(start)?.Name);
    }

    [Theory]
    [InlineData("heic", "mif1heic", "HEIC", "heif-convert")]
    [InlineData("mif1", "mif1heic", "HEIC", "heif-convert")]
    [InlineData("avif", "mif1miaf", "AVIF", "avifdec")]
    [InlineData("mif1", "mif1avif", "AVIF", "avifdec")]
    public void HEIC_and_AVIF_are_refused_by_name_with_the_program_that_converts_them(string major, string compatible, string name, string program)
    {
        byte[] file = [0, 0, 0, (byte)(16 + compatible.Length), .. Encoding.ASCII.GetBytes("ftyp" + major), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(compatible), .. new byte[100]];

        Assert.False(ImageDecoder.TryDecode(file, out _, out var problem));

        Assert.Contains($"{name} image", problem, StringComparison.Ordinal);
        Assert.Contains(program, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_is_not_taken_for_a_still_image() =>
        Assert.Null(ImageFormat.Of([0, 0, 0, 28, .. "ftypisom"u8, 0, 0, 2, 0, .. "isomiso2avc1mp41"u8]));

    [Theory]
    [InlineData("real.heic", "HEIC")]
    [InlineData("real.avif", "AVIF")]
    public void A_real_HEIC_or_AVIF_file_is_recognized(string file, string name)
    {
        var path = ImageMagick.Convert("-size", "64x64", "xc:gray", _folder.Inside(file));

        Assert.False(ImageDecoder.TryDecode(File.ReadAllBytes(path), out _, out var problem));
        Assert.Contains($"{name} image", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".png", 1)]
    [InlineData(".png", 3)]
    [InlineData(".tiff", 1)]
    [InlineData(".tiff", 3)]
    public void Sixteen_bits_are_scaled_to_eight(string format, int channels)
    {
        using var image = new Mat(20, 20, channels == 1 ? MatType.CV_16UC1 : MatType.CV_16UC3, Scalar.All(0x8080));
        Cv2.ImEncode(format, image, out var encoded);

        using var decoded = Decode(encoded);

        Assert.Equal((MatType.CV_8U, channels), (decoded.Depth(), decoded.Channels()));
        Assert.InRange(decoded.At<byte>(10, 10), 127, 129);
    }

    [Theory]
    [InlineData("cmyk.jpg", "-colorspace CMYK -quality 95")]
    [InlineData("palette.png", "-type Palette")]
    [InlineData("palette.gif", "")]
    [InlineData("palette.bmp", "-type Palette")]
    [InlineData("lzw.tif", "-compress LZW")]
    [InlineData("jpeg.tif", "-compress JPEG -quality 95")]
    [InlineData("progressive.jpg", "-interlace JPEG -quality 95")]
    [InlineData("sixteen.ppm", "-depth 16")]
    [InlineData("lossy.webp", "-quality 95")]
    public void The_colors_of_every_kind_of_file_are_right(string file, string options)
    {
        var path = ImageMagick.Convert(["-size", "64x64", $"xc:rgb({Red},{Green},{Blue})", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), _folder.Inside(file)]);

        using var decoded = Decode(File.ReadAllBytes(path));

        AssertColor(decoded.At<Vec3b>(32, 32), Blue, Green, Red, file.StartsWith("cmyk", StringComparison.Ordinal) ? 25 : 6);
    }

    [Theory]
    [InlineData("PNG32:alpha.png", "")]
    [InlineData("PNG64:alpha16.png", "")]
    [InlineData("PNG8:palette.png", "")]
    [InlineData("alpha.webp", "-define webp:lossless=true")]
    [InlineData("lossy.webp", "-quality 95")]
    [InlineData("alpha.tif", "")]
    [InlineData("alpha.gif", "")]
    public void Transparent_parts_are_white_and_the_rest_keeps_its_color(string file, string options)
    {
        var name = file[(file.IndexOf(':') + 1)..];
        var path = ImageMagick.Convert(
            ["-size", "64x64", "xc:transparent", "-fill", $"rgb({Red},{Green},{Blue})", "-draw", "rectangle 0,0 31,63", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), file.Replace(name, _folder.Inside(name), StringComparison.Ordinal)]);

        using var decoded = Decode(File.ReadAllBytes(path));

        Assert.Equal(3, decoded.Channels());
        AssertColor(decoded.At<Vec3b>(32, 8), Blue, Green, Red, 8);
        AssertColor(decoded.At<Vec3b>(32, 56), 255, 255, 255, 3);
    }

    [Fact]
    public void A_half_transparent_color_is_mixed_with_white()
    {
        using var image = new Mat(10, 10, MatType.CV_8UC4, new Scalar(0, 100, 200, 51));
        Cv2.ImEncode(".png", image, out var encoded);

        using var decoded = Decode(encoded);

        AssertColor(decoded.At<Vec3b>(5, 5), 204, 224, 244, 1);
    }

    /// <summary>An orientation, and the corner of the stored image that the upright one shows at the top left (EXIF 2.32, tag Orientation).</summary>
    public static TheoryData<byte, int, int> Orientations => new()
    {
        { 1, 0, 0 },
        { 2, 1, 0 },
        { 3, 1, 1 },
        { 4, 0, 1 },
        { 5, 0, 0 },
        { 6, 0, 1 },
        { 7, 1, 1 },
        { 8, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void The_orientation_of_the_camera_is_applied_in_training_and_in_detection(byte orientation, int right, int bottom)
    {
        using var stored = new Mat(800, 1200, MatType.CV_8UC3, Scalar.All(30));
        stored[new Rect(right * 600, bottom * 400, 600, 400)].SetTo(Scalar.All(230));
        Cv2.ImEncode(".jpg", stored, out var plain);
        byte[] exif = [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] encoded = [.. plain[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. plain[2..]];

        using var detection = Decode(encoded);
        Assert.True(ImageDecoder.TryDecode(encoded, out var training, out _, targetSize: 48));

        Assert.True(training.Width < detection.Width, "the training image is decoded at a reduced size");
        Assert.All([detection, training], image =>
        {
            Assert.Equal(orientation >= 5, image.Height > image.Width);
            Assert.InRange(image.At<Vec3b>(image.Height / 4, image.Width / 4).Item0, 215, 245);
            Assert.InRange(image.At<Vec3b>(image.Height * 3 / 4, image.Width * 3 / 4).Item0, 15, 45);
        });
        training.Dispose();
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void The_orientation_of_images_with_an_alpha_channel_is_applied_too(byte orientation, int right, int bottom)
    {
        using var stored = new Mat(80, 120, MatType.CV_8UC4, new Scalar(30, 30, 30, 255));
        stored[new Rect(right * 60, bottom * 40, 60, 40)].SetTo(new Scalar(230, 230, 230, 255));
        byte[] exif = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        Cv2.ImEncode(".png", stored, out var png);
        // After the signature and IHDR; a wrong checksum of an optional chunk is ignored.
        byte[] pngWithExif = [.. png[..33], 0, 0, 0, (byte)exif.Length, .. "eXIf"u8, .. exif, 0, 0, 0, 0, .. png[33..]];
        Cv2.ImEncode(".webp", stored, out var webp, [(int)ImwriteFlags.WebPQuality, 101]);
        byte[] chunks = [.. "VP8X"u8, 10, 0, 0, 0, 0x18, 0, 0, 0, 119, 0, 0, 79, 0, 0, .. webp[12..], .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
        byte[] webpWithExif = [.. "RIFF"u8, .. BitConverter.GetBytes(4 + chunks.Length), .. "WEBP"u8, .. chunks];

        Assert.All([pngWithExif, webpWithExif], encoded =>
        {
            using var image = Decode(encoded);
            Assert.Equal(orientation >= 5, image.Height > image.Width);
            Assert.Equal(230, image.At<Vec3b>(image.Height / 4, image.Width / 4).Item0);
            Assert.Equal(30, image.At<Vec3b>(image.Height * 3 / 4, image.Width * 3 / 4).Item0);
        });
    }

    private static Mat Decode(byte[] encoded)
    {
        Assert.True(ImageDecoder.TryDecode(encoded, out var image, out var problem), problem);
        return image;
    }

    private static void AssertColor(Vec3b pixel, int blue, int green, int red, int tolerance)
    {
        Assert.InRange(pixel.Item0, blue - tolerance, blue + tolerance);
        Assert.InRange(pixel.Item1, green - tolerance, green + tolerance);
        Assert.InRange(pixel.Item2, red - tolerance, red + tolerance);
    }
}
