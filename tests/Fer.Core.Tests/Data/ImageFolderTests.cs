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
        Touch("a/1.png", "b/1.png", ".hidden/1.png", "a/.DS_Store", "__MACOSX/a/._1.png");

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

    [Theory]
    [InlineData("Train/a/1.png Train/b/1.png Test/a/2.png", "train test")]
    [InlineData("training/a/1.png training/b/1.png testing/a/2.png", "train test")]
    [InlineData("Training/a/1.png Training/b/1.png PublicTest/a/2.png PrivateTest/b/3.png", "train validation test")]
    [InlineData("TRAIN/a/1.png TRAIN/b/1.png dev/a/2.png", "train validation")]
    [InlineData("archive/images/train/a/1.png archive/images/train/b/1.png archive/images/validation/a/2.png", "train validation")]
    [InlineData("archive/a/1.png archive/b/1.png", "train")]
    public void The_usual_names_of_splits_and_wrapping_folders_are_understood(string paths, string splits)
    {
        Touch(paths.Split(' '));

        var folder = ImageFolder.Open(_folder.Path);

        Assert.Equal(["a", "b"], folder.Labels);
        Assert.Equal(splits.Split(' '), folder.Splits);
        Assert.Equal(paths.Split(' ').Length, folder.Splits.Sum(split => folder.Split(split).Count));
    }

    [Fact]
    public void Two_folders_for_one_split_are_refused()
    {
        Touch("train/a/1.png", "train/b/1.png", "val/a/1.png", "valid/a/1.png");

        Assert.Contains("are both the validation images", Assert.Throws<FerException>(() => ImageFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fer2013.csv", "fer-train convert --csv")]
    [InlineData("images.zip", "unzip")]
    [InlineData("images.tar.gz", "tar -xf")]
    public void A_file_where_a_folder_is_wanted_is_refused_with_the_command_that_helps(string name, string command)
    {
        Touch(name);

        Assert.Contains(command, Assert.Throws<FerException>(() => ImageFolder.Open(_folder.Inside(name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_only_a_table_is_refused_with_the_command_that_helps()
    {
        Touch("fer2013.csv");

        Assert.Contains("fer-train convert --csv", Assert.Throws<FerException>(() => ImageFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_within_a_label_belong_to_it()
    {
        Touch("train/a/1.png", "train/a/person1/2.png", "train/a/person2/deep/3.png", "train/b/4.png");

        var images = ImageFolder.Open(_folder.Path).Split("train");

        Assert.Equal(["1.png", "2.png", "3.png", "4.png"], images.Select(image => Path.GetFileName(image.Path)));
        Assert.Equal([0, 0, 0, 1], images.Select(image => image.Label));
    }

    [Fact]
    public void A_link_that_leads_back_is_not_followed()
    {
        Touch("a/1.png", "b/2.png");
        Directory.CreateSymbolicLink(_folder.Inside("a", "loop"), _folder.Path);

        Assert.Equal(2, ImageFolder.Open(_folder.Path).Split("train").Count);
    }

    [Fact]
    public void Files_that_are_not_images_are_counted_and_not_listed()
    {
        Touch("a/1.png", "b/2.png");
        foreach (var name in new[] { "Thumbs.db", "desktop.ini", "notes.txt", ".DS_Store" })
        {
            File.WriteAllText(_folder.Inside("a", name), "not an image");
        }

        var folder = ImageFolder.Open(_folder.Path);

        Assert.Equal(2, folder.Split("train").Count);
        Assert.Equal([".DS_Store", "Thumbs.db", "desktop.ini", "notes.txt"], folder.NotImages.Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData("runs/20260101-120000/options.json runs/20260101-120000/last.pt runs/20260101-120000/samples.png", "runs")]
    [InlineData("runs/first/options.json runs/first/samples.png runs/second/.lock runs/second/.lock-owner", "runs")]
    [InlineData("charts/counts.png charts/samples.png charts/means.png", "charts")]
    [InlineData("out/.fer-output out/1.png", "out")]
    [InlineData("scripts/read.py", "scripts")]
    public void Results_and_folders_without_images_are_not_labels(string paths, string skipped)
    {
        Touch(["happy/1.png", "sad/2.png", .. paths.Split(' ')]);

        var folder = ImageFolder.Open(_folder.Path);

        Assert.Equal(["happy", "sad"], folder.Labels);
        Assert.Contains(folder.Notes, note => note.StartsWith(_folder.Inside(skipped), StringComparison.Ordinal));
    }

    [Fact]
    public void Images_without_a_label_folder_are_mentioned()
    {
        Touch("a/1.png", "b/2.png", "3.png");

        Assert.Contains("1 image directly in", Assert.Single(ImageFolder.Open(_folder.Path).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_differ_by_name_only_are_matched_and_said()
    {
        Touch("test/Happiness/1.png", "test/ANGER/2.png", "test/surprised/3.png");

        var folder = ImageFolder.Open(_folder.Path, LabelSet.Fer2013);

        Assert.Equal([0, 3, 6], folder.Split("test").Select(image => image.Label));
        Assert.Contains("Happiness as happy", Assert.Single(folder.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 1 3", "FER2013 numbers them --label-map 0=angry,1=disgust,2=fear,3=happy,4=sad,5=surprise,6=neutral")]
    [InlineData("1 5 7", "RAF-DB numbers them --label-map 1=surprise,2=fear,3=disgust,4=happy,5=sad,6=angry,7=neutral")]
    public void Numbers_are_refused_or_noted_with_the_map_that_names_them(string numbers, string hint)
    {
        Touch([.. numbers.Split(' ').Select(number => $"{number}/1.png")]);

        Assert.Contains(hint, Assert.Single(ImageFolder.Open(_folder.Path).Notes), StringComparison.Ordinal);
        var known = ImageFolder.Open(_folder.Path, LabelSet.Fer2013);
        Assert.Contains(hint, Assert.Throws<FerException>(() => known.Split("train")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_folders_are_renamed_joined_and_ignored()
    {
        Touch("train/joy/1.png", "train/happy/2.png", "train/sad/3.png", "train/contempt/4.png", "test/joy/5.png");

        var folder = ImageFolder.Open(_folder.Path, rules: LabelRules.Parse("joy=happy", ["contempt"]));

        Assert.Equal(["happy", "sad"], folder.Labels);
        Assert.Equal(["2.png", "1.png", "3.png"], folder.Split("train").Select(image => Path.GetFileName(image.Path)));
        Assert.Equal([0], folder.Split("test").Select(image => image.Label));
    }

    [Theory]
    [InlineData("joi=happy", "", "--label-map: ")]
    [InlineData("", "contemptt", "--ignore-label: ")]
    public void A_rule_about_a_label_that_does_not_exist_is_refused(string map, string ignored, string option)
    {
        Touch("joy/1.png", "sad/2.png", "contempt/3.png");
        var rules = LabelRules.Parse(map, ignored.Length > 0 ? [ignored] : []);

        Assert.Contains(option, Assert.Throws<FerException>(() => ImageFolder.Open(_folder.Path, rules: rules)).Message, StringComparison.Ordinal);
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
                File.WriteAllText(target, path.EndsWith(".py", StringComparison.Ordinal) ? "print()" : "");
            }
        }
    }
}
