using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_folder_names_in_ordinal_order_and_files_follow_them()
    {
        Touch("train/sad/2.png", "train/sad/10.png", "train/Happy/1.png", "test/sad/3.png", "test/Happy/4.png");

        var folder = ImageFolder.Open(_folder.Path);

        Assert.Equal(["Happy", "sad"], folder.Labels);
        Assert.Equal(["1.png", "10.png", "2.png"], folder.Split("train").Select(file => Path.GetFileName(file.Path)));
        Assert.Equal([0, 1, 1], folder.Split("train").Select(file => file.Label));
        Assert.Equal(["train", "test"], folder.Splits);
    }

    [Fact]
    public void Label_folders_in_the_root_are_the_training_images()
    {
        Touch("a/1.png", "b/1.png", ".hidden/1.png", "a/.DS_Store");

        var folder = ImageFolder.Open(_folder.Path);

        Assert.Equal(["a", "b"], folder.Labels);
        Assert.Equal(2, folder.Split("train").Count);
    }

    [Fact]
    public void A_folder_val_is_the_validation_split()
    {
        Touch("train/a/1.png", "train/b/1.png", "val/a/2.png", "val/b/2.png");

        Assert.Equal(2, ImageFolder.Open(_folder.Path).Split("validation").Count);
    }

    [Theory]
    [InlineData("train/", "has no label folders")]
    [InlineData("train/only/1.png", "at least two")]
    [InlineData("train/a/1.png train/b/", "'b' has no images")]
    [InlineData("train/a/1.png train/b/1.png test/a/ test/b/", "has no images of any")]
    [InlineData("train/a/1.png train/b/1.png test/a/1.png test/c/1.png", "not a known label")]
    public void A_folder_that_does_not_fit_says_what_is_wrong(string paths, string expected)
    {
        Touch(paths.Split(' '));

        var failure = Assert.Throws<FerException>(() => ImageFolder.Open(_folder.Path));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Evaluation_images_may_lack_a_label()
    {
        Touch("train/a/1.png", "train/b/1.png", "valid/b/2.png");

        Assert.Equal([1], ImageFolder.Open(_folder.Path).Split("validation").Select(file => file.Label));
        Assert.Equal([1], ImageFolder.Open(_folder.Inside("valid"), new LabelSet(["a", "b"])).Split("train").Select(file => file.Label));
    }

    [Fact]
    public void Evaluation_needs_one_split_and_may_lack_the_others()
    {
        Touch("train/", "test/a/1.png", "validation/c/1.png");

        var folder = ImageFolder.Open(_folder.Path, new LabelSet(["a", "b"]));

        Assert.Single(folder.Split("test"));
        Assert.Contains("no images of any", Assert.Throws<FerException>(() => folder.Split("train")).Message, StringComparison.Ordinal);
        Assert.Contains("not a known label", Assert.Throws<FerException>(() => folder.Split("validation")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var missing = _folder.Inside("nowhere");

        Assert.Contains(missing, Assert.Throws<FerException>(() => ImageFolder.Open(missing)).Message, StringComparison.Ordinal);
    }

    private void Touch(params string[] paths)
    {
        foreach (var path in paths)
        {
            var target = _folder.Inside(path.TrimEnd('/').Split('/'));
            if (path.EndsWith('/'))
            {
                Directory.CreateDirectory(target);
            }
            else
            {
                File.WriteAllText(target, "");
            }
        }
    }
}
