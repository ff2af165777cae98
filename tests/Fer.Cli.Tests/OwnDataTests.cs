using Fer.Core.Checkpoints;

namespace Fer.Cli.Tests;

/// <summary>Fine-tuning, cropping and the gates of inspect, as a user meets them.</summary>
public sealed class OwnDataTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-owndata-").FullName;

    private string Photos => Path.Combine(_folder, "photos");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_trained_network_is_fine_tuned_to_other_labels_in_one_command()
    {
        Photographs.Write(Photos, perPerson: 1);

        var result = Tool.Train("--data", Photos, "--init", trained.Model, "--epochs", "1", "--out", Path.Combine(_folder, "run"), "--precision", "fp32");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(result.ErrorLines, line => line.StartsWith("few images, so --recipe finetune: --lr 0.0005,", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("starts from fer.pt (sha256 ", StringComparison.Ordinal) && line.EndsWith("last layer new for bored, calm, keen", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("warning: 15 of 15 sampled images do not look like face crops (", StringComparison.Ordinal) && line.Contains("fer-train crop", StringComparison.Ordinal));
        var checkpoint = CheckpointStore.Load(Path.Combine(_folder, "run", "fer.pt"));
        Assert.Equal(["bored", "calm", "keen"], checkpoint.Labels);
        Assert.StartsWith("fer.pt (sha256 ", checkpoint.Origin, StringComparison.Ordinal);
        Assert.Contains("\"batchSize\": 32", File.ReadAllText(Path.Combine(_folder, "run", "options.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Crops_go_into_a_new_folder_outside_the_photographs_only()
    {
        Photographs.Write(Photos, perPerson: 1);

        Tool.AssertFails(Tool.Train("crop", "--data", Photos, "--out", Path.Combine(Photos, "faces")), "lies in the folder of photographs");
        Tool.AssertFails(Tool.Train("crop", "--data", Photos, "--out", trained.Faces), "is not empty");
        Tool.AssertFails(Tool.Train("crop", "--data", Path.Combine(_folder, "nowhere"), "--out", Path.Combine(_folder, "faces")), "is not a folder");
        Assert.Equal(["photos"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Photographs_withoutputany_face_are_a_failure_that_names_the_likely_causes()
    {
        var output = Path.Combine(_folder, "faces");
        using (var wall = new OpenCvSharp.Mat(240, 320, OpenCvSharp.MatType.CV_8UC3, OpenCvSharp.Scalar.All(120)))
        {
            Fer.Core.ImageFile.Write(Path.Combine(Photos, "a.png"), wall);
            Fer.Core.ImageFile.Write(Path.Combine(Photos, "b.png"), wall);
        }

        string[] crop = ["crop", "--data", Photos, "--out", output, "--detector", "haar"];
        Tool.AssertFails(Tool.Train(crop), "no face found in 2 photographs", "too small", "turned", "fer-detect get-detector");
        File.WriteAllText(Path.Combine(Photos, "b.png"), "no image");
        Tool.AssertFails(Tool.Train(crop), "no face found in 1 photograph (1 more cannot be read, the first is b.png)");
        File.WriteAllText(Path.Combine(Photos, "a.png"), "no image");
        Tool.AssertFails(Tool.Train(crop), "none of 2 photographs can be read; the first is a.png");
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Labels_with_too_few_images_are_named_once_at_the_start()
    {
        var faces = Path.Combine(trained.Faces, "train");
        foreach (var (split, label, count) in (ReadOnlySpan<(string, string, int)>)[("train", "happy", 8), ("train", "sad", 1), ("train", "fear", 6), ("val", "happy", 3), ("val", "sad", 2)])
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "data", split, label)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(faces, label)).Order(StringComparer.Ordinal).Skip(split == "val" ? 8 : 0).Take(count))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }

        var result = Tool.Train("--data", Path.Combine(_folder, "data"), "--epochs", "1", "--out", Path.Combine(_folder, "run"), "--precision", "fp32", "--width", "8");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(
            "warning: 1 training image of sad: too few to learn from; no validation image of fear: the best epoch is chosen without regard to it; add images, or leave a label out with --ignore-label",
            Assert.Single(result.ErrorLines, line => line.StartsWith("warning: ", StringComparison.Ordinal) && line.Contains("of sad", StringComparison.Ordinal)));
    }

    [Fact]
    public void Inspect_misses_a_gate_with_exit_code_3_and_says_which()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "test", "sad")).FullName;
        File.Copy(Directory.EnumerateFiles(Path.Combine(trained.Faces, "train", "sad")).First(), Path.Combine(copy, "leak.png"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "train"), Path.Combine(trained.Faces, "train"));
        string[] inspect = ["inspect", "--data", _folder];

        var missed = Tool.Train([.. inspect, "--max-leaks", "0", "--max-unreadable", "0"]);
        var met = Tool.Train([.. inspect, "--max-leaks", "1", "--max-duplicates", "1"]);

        var quiet = Tool.Train([.. inspect, "--max-leaks", "0", "--quiet"]);
        var blind = Tool.Train([.. inspect, "--max-suspicious", "0"]);

        Assert.Equal((3, 0), (missed.ExitCode, met.ExitCode));
        Assert.Contains(quiet.ErrorLines, line => line.StartsWith("FAILED: ", StringComparison.Ordinal));
        Assert.Equal(1, blind.ExitCode);
        Assert.Contains("add --model FILE or --model bundled", blind.Error, StringComparison.Ordinal);
        Assert.Contains("FAILED: 1 groups of identical or near-identical images in several splits, allowed 0 (--max-leaks)", missed.ErrorLines);
    }

    [Theory]
    [InlineData("--folds divides", "--folds", "3", "--validation", "0.2")]
    [InlineData("--freeze keeps", "--freeze", "3")]
    [InlineData("--width cannot be combined with --recipe finetune", "--recipe", "finetune", "--width", "64")]
    [InlineData("each correct for rare labels", "--class-weights", "--sampling", "balanced")]
    public void What_cannot_be_combined_is_a_usage_error(string expected, params string[] options)
    {
        var result = InProcess.Train(["--data", _folder, .. options]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
