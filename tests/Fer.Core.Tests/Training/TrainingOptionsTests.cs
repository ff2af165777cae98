using System.Text.Json.Nodes;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class TrainingOptionsTests
{
    // As the first release wrote it.
    private const string FirstRelease = """
        {
          "data": "/faces",
          "output": "run",
          "shortcut": null,
          "epochs": 12,
          "architecture": "emotion-net",
          "width": 24,
          "squeeze": 8,
          "head": "mean\u002Bmax",
          "size": 32,
          "batchSize": 64,
          "optimizer": "Sgd",
          "learningRate": 0.002,
          "schedule": "Linear",
          "warmUp": 0.1,
          "weightDecay": 0.01,
          "augment": "webcam",
          "labelSmoothing": 0,
          "mixup": 0.2,
          "init": null,
          "teachers": ["/a/fer.pt", "/b/fer.pt"],
          "votes": "/fer2013new.csv",
          "softLabels": 0.6,
          "classWeights": true,
          "ema": 0.99,
          "standardise": false,
          "patience": 5,
          "validation": "0.2",
          "seed": 18446744073709551615,
          "device": "cpu",
          "precision": "bf16",
          "threads": 3,
          "strict": true,
          "tensorBoard": true
        }
        """;

    /// <summary>A key of options.json, a value that it cannot have as JSON, and what the message says besides the key.</summary>
    public static TheoryData<string, string, string> DamagedValues => new()
    {
        { "batchSize", "0", "--batch-size" },
        { "batchSize", "1", "from 2 to 8192" },
        { "batchSize", "\"many\"", "line" },
        { "batchSize", "64.5", "line" },
        { "size", "-5", "--size" },
        { "size", "100000", "from 16 to 512" },
        { "width", "0", "--width" },
        { "squeeze", "-1", "--se-ratio" },
        { "epochs", "0", "--epochs" },
        { "epochs", "99999999999", "line" },
        { "mixup", "-1", "--mixup" },
        { "mixup", "1e308", "0, or from 0.01 to 10" },
        { "mixup", "1e-300", "0, or from 0.01 to 10" },
        { "mixup", "\"NaN\"", "line" },
        { "threads", "1000000000", "--threads" },
        { "threads", "-1", "--threads" },
        { "ema", "2", "--ema" },
        { "ema", "1", "--ema" },
        { "learningRate", "-1", "--lr" },
        { "learningRate", "1e999", "" },
        { "learningRate", "null", "line" },
        { "warmUp", "1.5", "--warmup" },
        { "weightDecay", "-0.1", "--weight-decay" },
        { "labelSmoothing", "1", "--label-smoothing" },
        { "softLabels", "1.01", "--distill-weight" },
        { "patience", "-3", "--patience" },
        { "seed", "-1", "line" },
        { "teachers", "null", "line" },
        { "teachers", "[null]", "--teacher" },
        { "teachers", "\"fer.pt\"", "line" },
        { "data", "null", "line" },
        { "data", "\"\"", "--data" },
        { "output", "\"a\\u0000b\"", "--out" },
        { "votes", "\" \"", "--ferplus-votes" },
        { "architecture", "\"vgg\"", "emotion-net, classic" },
        { "architecture", "null", "line" },
        { "augment", "\"wild\"", "none, light, standard, strong, webcam, light-webcam" },
        { "head", "\"max\"", "line" },
        { "optimizer", "7", "--optimizer" },
        { "schedule", "\"step\"", "line" },
        { "device", "99", "--device" },
        { "precision", "\"fp8\"", "line" },
        { "validation", "null", "line" },
        { "validation", "\"1.5\"", "line" },
        { "validation", "\"train\"", "line" },
        { "strict", "\"yes\"", "line" },
        { "standardise", "1", "line" },
    };

    [Fact]
    public void Options_of_the_first_release_are_read_value_by_value()
    {
        var options = TrainingOptions.FromJson(FirstRelease, "options.json");

        var expected = new TrainingOptions
        {
            Data = "/faces",
            Output = "run",
            Epochs = 12,
            Width = 24,
            ReductionRatio = 8,
            Pooling = GlobalPooling.AverageAndMax,
            Size = 32,
            BatchSize = 64,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 0.002,
            Schedule = LearningRateCurve.Linear,
            WarmUp = 0.1,
            WeightDecay = 0.01,
            Augment = "webcam",
            LabelSmoothing = 0,
            Mixup = 0.2,
            Teachers = options.Teachers,
            IgnoredLabels = options.IgnoredLabels,
            PruneWidths = options.PruneWidths,
            FerPlusVotes = "/fer2013new.csv",
            DistillationWeight = 0.6,
            ClassWeights = true,
            Ema = 0.99,
            Normalize = false,
            Patience = 5,
            Validation = ValidationChoice.OfFraction(0.2)!,
            Seed = ulong.MaxValue,
            Device = RequestedDevice.Cpu,
            Precision = RequestedPrecision.BFloat16,
            Threads = 3,
            Strict = true,
            TensorBoard = true,
            Similar = SimilarImages.Apart,
        };
        Assert.Equal(expected, options);
        Assert.Equal(["/a/fer.pt", "/b/fer.pt"], options.Teachers);
    }

    [Fact]
    public void Options_are_written_with_the_keys_and_values_of_the_first_release()
    {
        var written = JsonNode.Parse(TrainingOptions.FromJson(FirstRelease, "options.json").ToJson())!.AsObject();

        // What later releases added.
        Assert.All(["labelMap", "ignoredLabels", "cutmix", "sam", "pruneWidths", "frozenEpochs", "teacherViews", "sampling", "logitAdjustment", "criterion", "group", "similar", "folds", "fold"], key => Assert.True(written.Remove(key)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(FirstRelease), written), written.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(DamagedValues))]
    public void A_damaged_value_is_one_line_that_names_file_and_key(string key, string value, string expected)
    {
        var damaged = JsonNode.Parse(FirstRelease)!.AsObject();
        Assert.True(damaged.ContainsKey(key));
        var marked = damaged.DeepClone().AsObject();
        marked[key] = "MARK";
        var json = marked.ToJsonString().Replace("\"MARK\"", value, StringComparison.Ordinal);

        var failure = Assert.Throws<FerException>(() => TrainingOptions.FromJson(json, "run/options.json"));

        Assert.StartsWith("run/options.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Fer.Core", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_one_line()
    {
        var whole = FirstRelease.TrimEnd();
        for (var length = 0; length < whole.Length; length++)
        {
            var failure = Assert.Throws<FerException>(() => TrainingOptions.FromJson(whole[..length], "options.json"));
            Assert.StartsWith("options.json does not hold valid training options", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"data\": \"a\"}")]
    [InlineData("{\"data\": \"a\", \"output\": \"b\", \"batchsize\": 3}")]
    [InlineData("{\"data\": \"a\", \"output\": \"b\", \"ema\": 0, \"ema\": 0.9}")]
    public void What_does_not_hold_options_is_one_line(string json)
    {
        var failure = Assert.Throws<FerException>(() => TrainingOptions.FromJson(json, "options.json"));

        Assert.StartsWith("options.json does not hold valid training options", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Fer.Core", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_an_older_release_did_not_write_has_its_default_or_what_that_release_did()
    {
        var options = TrainingOptions.FromJson("{\"data\": \"a\", \"output\": \"b\", \"epochs\": 7}", "options.json");

        Assert.Equal(new TrainingOptions { Data = "a", Output = "b", Epochs = 7, Similar = SimilarImages.Apart, Teachers = options.Teachers, IgnoredLabels = options.IgnoredLabels, PruneWidths = options.PruneWidths }, options);
        Assert.Empty(options.Teachers);
        Assert.Empty(options.IgnoredLabels);
    }

    [Fact]
    public void Every_number_has_a_range_that_its_default_meets()
    {
        var options = new TrainingOptions { Data = "a", Output = "b" };
        Assert.All(
            TrainingOptions.Properties.Where(property => property.PropertyType == typeof(int) || property.PropertyType == typeof(double)),
            property => Assert.True(double.IsFinite(TrainingOptionAttribute.Of(property).Least) && double.IsFinite(TrainingOptionAttribute.Of(property).Most), property.Name));
        options.Validate();
        options.Classic().Validate();
        options.FineTuning().Validate();
    }

    [Fact]
    public void A_network_that_is_trained_further_keeps_the_numbers_of_its_checkpoint()
    {
        var options = new TrainingOptions { Data = "a", Output = "b", Width = 512, ReductionRatio = 100 };

        Assert.Throws<FerException>(() => options.Validate());
        (options with { Init = "fer.pt" }).Validate();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("validation")]
    [InlineData("test")]
    [InlineData("0.25")]
    public void What_validation_is_chosen_is_read_as_it_is_written(string text) =>
        Assert.Equal(text, ValidationChoice.Parse(text)!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("NaN")]
    [InlineData("-0.1")]
    [InlineData("10%")]
    public void Other_words_and_fractions_choose_no_validation_images(string text) => Assert.Null(ValidationChoice.Parse(text));

    [Fact]
    public void The_smallest_mixup_alpha_draws_at_once()
    {
        for (var step = 0; step < 1000; step++)
        {
            Assert.InRange(Mixup.Draw(new TrainingOptions { Data = "", Output = "", Mixup = TrainingOptionAttribute.Of(typeof(TrainingOptions).GetProperty(nameof(TrainingOptions.Mixup))!).Least }, 1, step).Share, 0.5, 1);
        }
    }
}
