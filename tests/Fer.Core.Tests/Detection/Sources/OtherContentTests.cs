using System.Text;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class OtherContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("notes.txt", "Dear diary,\nall is well.\n", "but a text")]
    [InlineData("f.csv", "label,pixels\n3,70 80 82\n", "but a text")]
    [InlineData("umlauts.txt", "glücklich\n", "but a text")]
    [InlineData("logo.svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"/>", "an SVG drawing; convert it first")]
    [InlineData("paper.pdf", "%PDF-1.7\n%\u00E2\u00E3\n", "a PDF document; convert its pages first")]
    [InlineData("fer.pt", "PK\u0003\u0004\u0000\u0000", "an archive")]
    [InlineData("song.mp3", "ID3\u0003\u0000\u0000", "a sound file")]
    [InlineData("song.wav", "RIFF\u0024\u0000\u0000\u0000WAVEfmt ", "a sound file")]
    [InlineData("song.m4a", "\u0000\u0000\u0000\u0020ftypM4A \u0000\u0000\u0000\u0000", "a sound file")]
    public void A_file_that_is_neither_is_called_what_it_is(string name, string content, string expected)
    {
        var path = Write(name, content);

        var failure = Assert.Throws<FerException>(() => FrameSources.Open(path, new SourceOptions()));

        Assert.StartsWith($"{path} is not an image or a video but ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty.txt")]
    [InlineData("empty.mp4")]
    [InlineData("empty.png")]
    public void An_empty_file_is_called_empty(string name) =>
        Assert.Contains("is empty", Assert.Throws<FerException>(() => FrameSources.Open(Write(name, ""), new SourceOptions())).Message, StringComparison.Ordinal);

    [Fact]
    public void Unknown_bytes_are_not_called_a_video()
    {
        var path = Write("data.bin", string.Concat(Enumerable.Repeat("\u0001\u0002\u0090\u00FE\u0000", 300)));

        var failure = Assert.Throws<FerException>(() => FrameSources.Open(path, new SourceOptions()));

        Assert.Contains("is not an image or a video of a known format", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_with_sound_alone_has_no_video()
    {
        FfmpegTool.SkipIfMissing();
        var path = FfmpegTool.Make("-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "libopus", _folder.Inside("sound.webm"));

        var failure = Assert.Throws<FerException>(() => FrameSources.Open(path, new SourceOptions()));

        Assert.Equal($"{path} has no video in it, only sound or other data; name an image or a video", failure.Message);
    }

    [Fact]
    public void Videos_that_begin_as_texts_are_read()
    {
        FfmpegTool.SkipIfMissing();
        var path = FfmpegTool.Make("-f", "lavfi", "-i", "testsrc=size=64x48:duration=0.2:rate=10", "-pix_fmt", "yuv420p", _folder.Inside("v.y4m"));

        using var source = FrameSources.Open(path, new SourceOptions());
        Assert.False(source.IsStill);
    }

    private string Write(string name, string content)
    {
        File.WriteAllBytes(_folder.Inside(name), content.Any(letter => letter is < ' ' and not '\n') ? Encoding.Latin1.GetBytes(content) : Encoding.UTF8.GetBytes(content));
        return _folder.Inside(name);
    }
}
