using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class ImagePathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImagePathsTests()
    {
        foreach (var path in new[] { "b.jpg", "a.jpg", "a.png", "sub/c.jpg", "sub/deep/d.jpg", "other/c.jpg", "notes.txt" })
        {
            File.WriteAllText(_folder.Inside(path), "");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.jpg", "a.jpg b.jpg")]
    [InlineData("?.png", "a.png")]
    [InlineData("*/c.jpg", "other/c.jpg sub/c.jpg")]
    [InlineData("s*/*.jpg", "sub/c.jpg")]
    [InlineData("**/*.jpg", "a.jpg b.jpg other/c.jpg sub/c.jpg sub/deep/d.jpg")]
    [InlineData("sub/**/d.*", "sub/deep/d.jpg")]
    [InlineData("sub/../a.*", "sub/../a.jpg sub/../a.png")]
    public void A_pattern_names_files_in_ordinal_order(string pattern, string expected)
    {
        var found = ImagePaths.Matching(Path.Combine(_folder.Path, pattern)).Select(path => path[(_folder.Path.Length + 1)..]);
        Assert.Equal(expected.Split(' '), found);
    }

    [Fact]
    public void A_pattern_does_not_enter_results_of_earlier_runs()
    {
        OutputMarker.Write(_folder.Inside("sub", "annotated"));
        File.WriteAllText(_folder.Inside("sub", "annotated", "c.jpg"), "");
        File.WriteAllText(_folder.Inside(".hidden", "c.jpg"), "");
        Assert.Equal([_folder.Inside("other", "c.jpg"), _folder.Inside("sub", "c.jpg")], ImagePaths.Matching(Path.Combine(_folder.Path, "*", "c.jpg")));
        Assert.Equal([_folder.Inside("sub", "c.jpg"), _folder.Inside("sub", "deep", "d.jpg")], ImagePaths.Matching(Path.Combine(_folder.Path, "sub", "**", "*.jpg")));
        Assert.Equal([_folder.Inside("sub", "annotated", "c.jpg")], ImagePaths.Matching(Path.Combine(_folder.Path, "sub", "annotated", "*.jpg")));
    }

    [Theory]
    [InlineData("/data/faces/*/a.jpg", "/data/faces/")]
    [InlineData("/*.jpg", "/")]
    [InlineData("in/a?.jpg", "in/")]
    [InlineData("*.jpg", ".")]
    [InlineData("in/a.jpg", ".")]
    [InlineData("-", ".")]
    public void The_folder_of_a_pattern_is_the_part_before_its_first_wildcard(string pattern, string folder) =>
        Assert.Equal(folder, ImagePaths.FixedPart(pattern));

    [Theory]
    [InlineData("loop/self", ".")]
    [InlineData("loop/sub/up", "..")]
    [InlineData("loop/sub/up", "{0}/loop")]
    public void Links_that_lead_back_are_not_followed(string link, string target)
    {
        var image = _folder.Inside("loop", "sub", "e.png");
        File.WriteAllBytes(image, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Directory.CreateSymbolicLink(_folder.Inside(link), string.Format(System.Globalization.CultureInfo.InvariantCulture, target, _folder.Path));
        // The name under which the user knows the folder may be a link too.
        Directory.CreateSymbolicLink(_folder.Inside("known"), _folder.Inside("loop"));

        Assert.Equal([image], ImagePaths.Matching($"{_folder.Path}/loop/**/*.png"));
        Assert.Equal([$"{_folder.Path}/known/sub/e.png"], ImagePaths.Matching($"{_folder.Path}/known/**/*.png"));
        Assert.Equal([$"{_folder.Path}/known/sub/e.png"], ImagePaths.InFolder($"{_folder.Path}/known", out _));
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("sub/locked")]
    public void Folders_without_permission_are_left_out(string locked)
    {
        var (folder, image) = (_folder.Inside("in"), _folder.Inside("in", "a.png"));
        foreach (var path in new[] { image, _folder.Inside("in", locked, "b.png") })
        {
            File.WriteAllBytes(path, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        }

        Unprivileged.Run(_folder, $"{folder}/{locked}", () =>
        {
            Assert.Throws<UnauthorizedAccessException>(() => Directory.GetFiles($"{folder}/{locked}"));
            Assert.Equal([image], ImagePaths.InFolder(folder, out _));
            Assert.Equal([image], ImagePaths.Matching($"{folder}/**/*.png"));
            Assert.Throws<FerException>(() => ImagePaths.Matching($"{folder}/{locked}/*.png"));
            Assert.Throws<FerException>(() => ImagePaths.Matching($"{folder}/{locked}/*/*.png"));
        });
    }

    [Fact]
    public void A_pattern_without_a_match_is_reported()
    {
        var pattern = Path.Combine(_folder.Path, "nowhere*/x?.jpg");
        Assert.Contains(pattern, Assert.Throws<FerException>(() => ImagePaths.Matching(pattern)).Message, StringComparison.Ordinal);
    }
}
