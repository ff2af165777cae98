using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class ImageSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<string> _notes = [];
    private readonly List<(long Number, string Reason)> _failures = [];

    public void Dispose() => _folder.Dispose();

    private string TestImage(string name, int brightness = 100, MatType? type = null)
    {
        var path = _folder.Inside(name);
        using var image = new Mat(40, 60, type ?? MatType.CV_8UC3, Scalar.All(brightness));
        Cv2.ImWrite(path, image);
        return path;
    }

    private List<(long Number, string Name, int Channels)> ReadAll(string input, Shard? shard = null, string? lines = null)
    {
        var options = new SourceOptions { Warn = _warnings.Add, Note = _notes.Add, Shard = shard ?? Shard.Whole, Input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(lines ?? "")) };
        using var source = FrameSources.Open(input, options);
        using var frame = new Frame();
        var read = new List<(long, string, int)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            Assert.True(frame.IsStill && !source.IsLive);
            if (frame.Failure is { } failure)
            {
                _failures.Add((frame.Number, failure));
                continue;
            }

            read.Add((frame.Number, Path.GetFileName(frame.Source), frame.Image.Channels()));
        }

        return read;
    }

    [Fact]
    public void A_folder_is_read_with_its_subfolders_in_ordinal_order()
    {
        TestImage("b.png");
        TestImage("a.jpg");
        TestImage("c/a.bmp");
        TestImage("gray.webp", type: MatType.CV_8UC1);
        File.WriteAllText(_folder.Inside("notes.txt"), "not an image");
        Assert.Equal(["a.jpg", "b.png", "a.bmp", "gray.webp"], ReadAll(_folder.Path).Select(frame => frame.Name));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_folder_is_read_by_content_and_the_end_says_what_was_skipped()
    {
        foreach (var (name, format) in new[] { ("a.jfif", ".jpg"), ("b.jpe", ".jpg"), ("c.gif", ".gif"), ("d.ppm", ".ppm"), ("e.tif", ".tiff"), ("f", ".png"), ("g.dat", ".webp") })
        {
            using var image = new Mat(40, 60, MatType.CV_8UC3, Scalar.All(100));
            Cv2.ImEncode(format, image, out var encoded);
            File.WriteAllBytes(_folder.Inside(name), encoded);
        }

        foreach (var name in new[] { "Thumbs.db", "desktop.ini", "notes.txt", ".DS_Store", "labels.csv", "data.json", "read.py" })
        {
            File.WriteAllText(_folder.Inside(name), "this is not an image");
        }

        File.WriteAllText(_folder.Inside("z.jpg"), "damaged");

        Assert.Equal(["a.jfif", "b.jpe", "c.gif", "d.ppm", "e.tif", "f", "g.dat"], ReadAll(_folder.Path).Select(frame => frame.Name));
        Assert.Contains("z.jpg", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.StartsWith("skipped 8 files: 7 not an image (", Assert.Single(_notes), StringComparison.Ordinal);
        Assert.EndsWith(", 1 unreadable", _notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_an_earlier_run_inside_the_folder_are_not_read_again()
    {
        TestImage("a.png");
        OutputMarker.Write(_folder.Inside("annotated"));
        TestImage("annotated/a.png");

        Assert.Single(ReadAll(_folder.Path));
    }

    [Theory]
    [InlineData("photo.avif", "avif", "avifdec")]
    [InlineData("photo.heic", "heic", "heif-convert")]
    [InlineData("photo", "avif", "avifdec")]
    public void A_HEIC_or_AVIF_image_is_never_called_a_damaged_video(string name, string brand, string program)
    {
        var path = _folder.Inside(name);
        File.WriteAllBytes(path, [0, 0, 0, 16, .. System.Text.Encoding.ASCII.GetBytes("ftyp" + brand), .. new byte[80]]);

        var message = Assert.Throws<FerException>(() => ReadAll(path)).Message;

        Assert.Contains(program, message, StringComparison.Ordinal);
        Assert.DoesNotContain("video", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_image_in_a_folder_is_reported_and_skipped()
    {
        TestImage("a.png");
        File.WriteAllText(_folder.Inside("b.png"), "not an image");
        File.WriteAllText(_folder.Inside("c.png"), "");
        TestImage("d.png");
        Assert.Equal([(0L, "a.png"), (3L, "d.png")], ReadAll(_folder.Path).Select(frame => (frame.Number, frame.Name)));
        Assert.Equal(2, _warnings.Count);
        Assert.Contains("b.png", _warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain('\n', _warnings[0]);
        Assert.Equal([1, 2], _failures.Select(failure => failure.Number));
        Assert.All(_failures.Zip(_warnings), pair => Assert.Equal($"{pair.First.Reason}; skipped", pair.Second));
    }

    [Fact]
    public void A_single_damaged_image_is_an_error_with_its_path()
    {
        var path = _folder.Inside("broken.jpg");
        File.WriteAllText(path, "not an image");
        Assert.Contains(path, Assert.Throws<FerException>(() => ReadAll(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_readable_image_is_an_error()
    {
        File.WriteAllText(_folder.Inside("a.png"), "not an image");
        Assert.Contains("none of the 1 images", Assert.Throws<FerException>(() => ReadAll(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_images_and_a_missing_path_are_errors()
    {
        Assert.Contains("no images in the folder", Assert.Throws<FerException>(() => ReadAll(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<FerException>(() => ReadAll(_folder.Inside("nothing.png"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_on_standard_input_is_read_line_by_line()
    {
        var (first, second) = (TestImage("one.png"), TestImage("two words.png"));
        Assert.Equal(["two words.png", "one.png"], ReadAll("-", lines: $"{second}\n{first}\n/nowhere.png\n").Select(frame => frame.Name));
        Assert.Contains("/nowhere.png does not exist", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Contains("contains no files", Assert.Throws<FerException>(() => ReadAll("-")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_is_recognized_by_its_content_whatever_its_name()
    {
        var path = _folder.Inside("image.dat");
        File.Copy(TestImage("a.png"), path);
        Assert.Equal("image.dat", Assert.Single(ReadAll(path)).Name);
    }

    [Fact]
    public void Shards_share_the_images_without_overlap()
    {
        for (var i = 0; i < 7; i++)
        {
            TestImage($"{i}.png");
        }

        var parts = Enumerable.Range(1, 3).Select(part => ReadAll(_folder.Path, new Shard(part, 3)).Select(frame => frame.Number)).ToList();
        Assert.All(parts, part => Assert.InRange(part.Count(), 2, 3));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => (long)i), parts.SelectMany(part => part).Order());
    }

    [Theory]
    [InlineData("1/1", true)]
    [InlineData("3/3", true)]
    [InlineData("0/3", false)]
    [InlineData("4/3", false)]
    [InlineData("a/b", false)]
    [InlineData("1", false)]
    public void A_shard_is_parsed_as_index_and_count(string text, bool isValid) => Assert.Equal(isValid, Shard.Parse(text) is not null);
}
