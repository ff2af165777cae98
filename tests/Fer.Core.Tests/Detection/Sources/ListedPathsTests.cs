using System.Text;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class ListedPathsTests
{
    [Theory]
    [InlineData("z.jpg\n\n  \na b.jpg\n", "z.jpg", "a b.jpg")]
    [InlineData("z.jpg\r\na.jpg", "z.jpg", "a.jpg")]
    [InlineData("z.jpg\0a\u00E9.jpg\0", "z.jpg", "a\u00E9.jpg")]
    [InlineData("")]
    public void A_list_keeps_its_order_and_may_have_empty_lines(string text, params string[] expected) =>
        Assert.Equal(expected, Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_name() =>
        Assert.Equal(["a.jpg", "b.jpg"], Read([0xEF, 0xBB, 0xBF, .. "a.jpg\nb.jpg\n"u8]));

    [Fact]
    public void A_name_across_two_reads_is_one() => Assert.Equal(2, Read(Encoding.UTF8.GetBytes($"{new string('\u00E9', 50_000)}\nb")).Count);

    [Theory]
    [InlineData(".png", "a PNG image")]
    [InlineData(".jpg", "a JPEG image")]
    [InlineData(".webp", "a WebP image")]
    [InlineData(".bmp", "a BMP image")]
    public void An_image_is_not_a_list(string extension, string kind)
    {
        using var image = new Mat(32, 48, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImEncode(extension, image, out var encoded);
        var failure = Assert.Throws<FerException>(() => Read(encoded));
        Assert.Contains($"standard input is {kind}, not a list of files", failure.Message, StringComparison.Ordinal);
        Assert.Contains("fer-detect /dev/stdin", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_is_not_a_list()
    {
        using var folder = new TemporaryFolder();
        var video = File.ReadAllBytes(DrawnVideo.Write(folder.Inside("v.mp4"), 3));
        Assert.Contains("standard input is a video", Assert.Throws<FerException>(() => Read(video)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P6 1.png")]
    [InlineData("OggS/a recording of 1.png")]
    [InlineData("BMW/front.png")]
    public void A_name_that_begins_like_an_image_or_a_video_is_a_name(string name) => Assert.Equal([name], Read(Encoding.UTF8.GetBytes($"{name}\n")));

    private static List<string> Read(byte[] bytes) => [.. ListedPaths.Read(new MemoryStream(bytes))];
}
