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

    [Theory]
    [InlineData("/data/faces/*/a.jpg", "/data/faces/")]
    [InlineData("/*.jpg", "/")]
    [InlineData("in/a?.jpg", "in/")]
    [InlineData("*.jpg", ".")]
    [InlineData("in/a.jpg", ".")]
    [InlineData("-", ".")]
    public void The_folder_of_a_pattern_is_the_part_before_its_first_wildcard(string pattern, string folder) =>
        Assert.Equal(folder, ImagePaths.FixedPart(pattern));

    [Fact]
    public void A_pattern_without_a_match_is_reported()
    {
        var pattern = Path.Combine(_folder.Path, "nowhere*/x?.jpg");
        Assert.Contains(pattern, Assert.Throws<FerException>(() => ImagePaths.Matching(pattern)).Message, StringComparison.Ordinal);
    }
}
