using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class TrainingDataTests : IDisposable
{
    private const int PerLabel = 10, Labels = 3;

    private readonly TemporaryFolder _folder = new();

    public TrainingDataTests() => DrawnFaces.WriteFolder(_folder.Path, "train", Labels, PerLabel, size: 16);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Auto_takes_the_validation_folder_and_keeps_the_test_folder_for_the_end()
    {
        DrawnFaces.WriteFolder(_folder.Path, "validation", Labels, 2, size: 16, seed: 2);
        DrawnFaces.WriteFolder(_folder.Path, "test", Labels, 3, size: 16, seed: 3);

        var data = Load("auto");

        Assert.Equal((30, 6, 9), (data.Train.Count, data.Validation.Count, data.Test!.Count));
        Assert.Equal("validation", data.ValidationFolder);
        Assert.Equal("the folder validation/", data.ValidationSource);
        Assert.Empty(data.Unreadable);
    }

    [Fact]
    public void Auto_holds_a_tenth_of_each_label_out_where_there_is_no_validation_folder()
    {
        var data = Load("auto");

        Assert.Equal((27, 3), (data.Train.Count, data.Validation.Count));
        Assert.Equal([0, 1, 2], data.Validation.Targets.Order());
        Assert.Null(data.ValidationFolder);
        Assert.Null(data.Test);
        Assert.Empty(data.Train.Paths.Intersect(data.Validation.Paths));
    }

    [Fact]
    public void A_fraction_is_held_out_by_the_seed_even_beside_a_validation_folder()
    {
        DrawnFaces.WriteFolder(_folder.Path, "validation", Labels, 2, size: 16, seed: 2);

        var (one, again, other) = (Load("0.3"), Load("0.3"), Load("0.3", seed: 6));

        Assert.Equal((21, 9), (one.Train.Count, one.Validation.Count));
        Assert.Equal(one.Fingerprint(), again.Fingerprint());
        Assert.NotEqual(one.Fingerprint(), other.Fingerprint());
    }

    [Fact]
    public void A_test_folder_that_chooses_the_best_epoch_does_not_measure_it_too()
    {
        DrawnFaces.WriteFolder(_folder.Path, "test", Labels, 3, size: 16, seed: 3);

        var data = Load("test");

        Assert.Equal((30, 9), (data.Train.Count, data.Validation.Count));
        Assert.Equal("test", data.ValidationFolder);
        Assert.Null(data.Test);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-0.5")]
    [InlineData("NaN")]
    [InlineData("0,1")]
    [InlineData("train")]
    public void What_is_neither_a_fraction_nor_a_split_is_not_a_choice(string validation) => Assert.Null(ValidationChoice.Parse(validation));

    [Fact]
    public void A_validation_folder_that_is_asked_for_and_missing_is_named() =>
        Assert.Contains("--validation validation: the data folder has no", Assert.Throws<FerException>(() => Load("validation")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unreadable_image_is_skipped_and_listed_or_with_strict_an_error()
    {
        var broken = _folder.Inside("train", "label0", "000.png");
        File.WriteAllText(broken, "not an image");

        var data = Load("0.2");
        var failure = Assert.Throws<FerException>(() => Load("0.2", strict: true));

        Assert.Equal(broken, Assert.Single(data.Unreadable).Path);
        Assert.Equal(29, data.Train.Count + data.Validation.Count);
        Assert.StartsWith(broken, failure.Message, StringComparison.Ordinal);
        Assert.Contains("leave out --strict", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("test")]
    public void A_label_without_a_readable_training_image_is_named(string validation)
    {
        DrawnFaces.WriteFolder(_folder.Path, "test", Labels, 3, size: 16, seed: 3);
        foreach (var file in Directory.GetFiles(_folder.Inside("train", "label1")))
        {
            File.WriteAllText(file, "not an image");
        }

        Assert.Contains("the label 'label1' has no training image", Assert.Throws<FerException>(() => Load(validation)).Message, StringComparison.Ordinal);
    }

    private TrainingData Load(string validation, ulong seed = 5, bool strict = false) => TrainingData.Load(
        new TrainingOptions { Data = _folder.Path, Output = "", Size = 16, Validation = ValidationChoice.Parse(validation)!, Seed = seed, Strict = strict },
        TestContext.Current.CancellationToken);
}
