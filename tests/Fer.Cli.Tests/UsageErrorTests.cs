namespace Fer.Cli.Tests;

public sealed class UsageErrorTests
{
    [Theory]
    [InlineData("--epochs", "x")]
    [InlineData("--epochs", "-1")]
    [InlineData("--lr", "abc")]
    [InlineData("--lr", "NaN")]
    [InlineData("--arch", "vgg")]
    [InlineData("--validation")]
    [InlineData("--validation", "train")]
    [InlineData("--validation", "1.5")]
    [InlineData("--no-such-option")]
    [InlineData("--distill-weight", "0.5")]
    [InlineData("--teacher-views", "5")]
    [InlineData("--prune-width", "16")]
    [InlineData("--prune-width", "32,few", "--init", "other.pt")]
    [InlineData("--prune-width", "32", "--prune-width", "16", "--init", "other.pt")]
    [InlineData("--prune-width", "16", "--init", "other.pt", "--freeze", "2")]
    [InlineData("--batch-size", "1")]
    [InlineData("--pool", "max")]
    [InlineData("--pool", "avg", "--init", "other.pt")]
    [InlineData("--se-ratio", "8", "--init", "other.pt")]
    [InlineData("--width", "24", "--init", "other.pt")]
    [InlineData("--width", "257")]
    [InlineData("--mixup", "1e-300")]
    [InlineData("--mixup", "-1")]
    [InlineData("--ema", "1")]
    [InlineData("--threads", "-1")]
    [InlineData("--out", "")]
    [InlineData("--recipe", "worst")]
    [InlineData("--device", "tpu")]
    public void A_wrong_option_of_a_training_is_named(params string[] wrong)
    {
        var result = InProcess.Train(["--data", "faces", .. wrong]);

        AssertUsage(result, wrong[0]);
    }

    [Theory]
    [InlineData("--votes", "a.csv", "--soft-labels", "2", "--distill-weight takes a number from 0 to 1, not '2'")]
    [InlineData("--squeeze", "-1", "--epochs", "1", "--se-ratio takes a whole number from 0 to 64, not '-1'")]
    [InlineData("--head", "max", "--epochs", "1", "--pool takes avg, avg+max, not 'max'")]
    public void A_mistake_under_an_old_name_is_explained_with_the_new_one(string one, string value, string other, string otherValue, string expected) =>
        AssertUsage(InProcess.Train("--data", "faces", one, value, other, otherValue), expected);

    [Theory]
    [InlineData("evaluate", "--data", "--data")]
    [InlineData("evaluate", "--data|d|--model|m|--min-accuracy|2", "--min-accuracy takes a number from 0 to 1, not '2'")]
    [InlineData("evaluate", "--data|d|--model|m|--max-drop|0.1", "--baseline FILE")]
    [InlineData("evaluate", "--data|d|--model|m|--device|gpu", "--device takes auto, cpu, cuda, not 'gpu'")]
    [InlineData("inspect", "", "--data")]
    [InlineData("convert", "--csv|c", "--out")]
    [InlineData("sample", "--out|o|--people|3", "--video FILE")]
    [InlineData("combine", "--model|m|--data|d|--out|o", "2 to 16 networks")]
    [InlineData("export", "--model|m|--out|o|--format|keras", "--format takes onnx, safetensors, pt, not 'keras'")]
    [InlineData("benchmark", "--seconds|0", "--seconds takes a whole number from 1 to 3600, not '0'")]
    public void A_wrong_option_of_a_command_of_fer_train_is_named(string command, string arguments, string expected) =>
        AssertUsage(InProcess.Train([command, .. arguments.Split('|', StringSplitOptions.RemoveEmptyEntries)]), expected);

    [Theory]
    [InlineData("", "--camera 0")]
    [InlineData("--camera|0|--input|x.mp4", "cannot be combined")]
    [InlineData("--camera|0|x.mp4", "cannot be combined")]
    [InlineData("--camera|0|--camera-size|large", "--camera-size takes width and height, such as 1280x720, not 'large'")]
    [InlineData("x.mp4|--camera-fps|15", "--camera-fps requires --camera")]
    [InlineData("x.mp4|--headles", "did you mean --headless?")]
    [InlineData("x.mp4|--quiet|--verbose", "--quiet and --verbose cannot be combined")]
    [InlineData("x.mp4|", "an input is empty")]
    [InlineData("--input|x.mp4|--json|", "--json is empty")]
    [InlineData("--input|x.mp4|--detector|hog", "--detector takes auto, haar, yunet, not 'hog'")]
    [InlineData("--input|x.mp4|--detector|haar|--detector-model|m.onnx", "--detector yunet")]
    [InlineData("--input|x.mp4|--detector-model|m.onnx|--cascade|c.xml", "--cascade applies to the Haar cascade only")]
    [InlineData("--input|x.mp4|--faces|some", "--faces takes detect, whole, not 'some'")]
    [InlineData("--input|x.mp4|--faces|whole|--detector|haar", "--detector cannot be combined with --faces whole")]
    [InlineData("--input|x.mp4|--detector|yunet|--detector-model|m|--min-neighbors|3", "--min-neighbors applies to the Haar cascade only")]
    [InlineData("--input|x.mp4|--min-face|big", "--min-face takes pixels")]
    [InlineData("--input|x.mp4|--shard|5/4", "--shard takes")]
    [InlineData("--input|x.mp4|--smooth|-1", "--smooth takes a number from 0 to 60, not '-1'")]
    [InlineData("--input|x.mp4|--every|0", "--every takes")]
    [InlineData("benchmark|--precision|int8", "--precision takes auto, fp32, bf16, not 'int8'")]
    public void A_wrong_option_of_fer_detect_is_named(string arguments, string expected) =>
        AssertUsage(InProcess.Detect(arguments.Length == 0 ? [] : arguments.Split('|')), expected);

    [Fact]
    public void Without_data_the_command_says_what_is_missing() => AssertUsage(InProcess.Train(), "--data DIR is missing");

    [Theory]
    [InlineData("--epoch", "did you mean --epochs?")]
    [InlineData("--batchsize", "did you mean --batch-size?")]
    [InlineData("evalute", "did you mean evaluate?")]
    public void A_misspelled_option_or_command_is_suggested(string word, string expected) =>
        AssertUsage(InProcess.Train("--data", "faces", word), expected);

    [Theory]
    [InlineData("720")]
    [InlineData("x")]
    [InlineData("--something-else")]
    public void Other_words_are_not_answered_with_a_guess(string word)
    {
        var result = InProcess.Train("--data", "faces", word);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([$"Unrecognized command or argument '{word}'."], result.ErrorLines);
    }

    [Fact]
    public void A_resumed_training_takes_only_the_options_that_do_not_decide_its_steps()
    {
        var result = InProcess.Train("--resume", "run", "--epochs", "2", "--threads", "1", "--votes", "a.csv", "--lr", "0.5", "--strict", "--soft-labels", "0.3");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(3, result.ErrorLines.Length);
        Assert.All(["--lr", "--strict", "--distill-weight"], option => Assert.Contains(result.ErrorLines, line => line.StartsWith(
            $"{option} cannot change when a training run is resumed; only --data, --group, --teacher, --ferplus-votes, --epochs, --patience, --device, --precision, --threads can", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_damaged_options_file_is_one_line_before_anything_starts()
    {
        var folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;
        try
        {
            var options = Path.Combine(folder, "options.json");
            File.WriteAllText(options, "{\"data\": \"d\", \"output\": \"o\", \"batchSize\": 0}");

            Tool.AssertFails(InProcess.Train("--resume", folder), options, "batchSize", "--batch-size", "from 2 to 8192, not 0");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertUsage(ToolResult result, string expected)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
