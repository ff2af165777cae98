using System.Diagnostics;

namespace Fer.Cli.Tests;

/// <summary>Data folders as people have them, through the tools.</summary>
public sealed class DataFolderTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void The_current_folder_can_be_trained_on_again_and_again()
    {
        Copy("train/happy", "train/happy");
        Copy("train/sad", "train/sad");
        string[] command = ["--data", ".", "--epochs", "1", "--size", "16", "--width", "8", "--precision", "fp32"];

        var first = Tool.Run("Train", "fer-train", [.. command, "--out", "runs/first"], start => start.WorkingDirectory = _folder);
        var second = Tool.Run("Train", "fer-train", command, start => start.WorkingDirectory = _folder);
        var third = Tool.Run("Train", "fer-train", command, start => start.WorkingDirectory = _folder);

        Assert.All([first, second, third], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Contains("labels happy, sad", third.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "fer.pt")));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void An_interrupted_cross_validation_ends_as_an_uninterrupted_one()
    {
        Copy("train/happy", "train/happy");
        Copy("train/sad", "train/sad");
        var folds = Path.Combine(_folder, "folds");
        string[] command = ["--data", _folder, "--folds", "2", "--epochs", "2", "--size", "16", "--width", "8", "--precision", "fp32", "--out", folds];
        Assert.Equal(2, Tool.Train(["--data", Path.Combine(_folder, "none"), .. command[2..]]).ExitCode);
        var whole = Tool.Train(command);
        Assert.True(whole.ExitCode == 0, whole.Error);
        var table = File.ReadAllText(Path.Combine(folds, "folds.csv"));

        // As an interruption in the first fold leaves it.
        File.Delete(Path.Combine(folds, "folds.csv"));
        Directory.Delete(Path.Combine(folds, "fold-2"), recursive: true);
        Tool.AssertFails(Tool.Train(command), $"fer-train --resume {folds}");
        var resumed = Tool.Train("--resume", folds);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(table, File.ReadAllText(Path.Combine(folds, "folds.csv")));
    }

    [Fact]
    public void A_pipe_as_the_options_of_a_run_is_refused()
    {
        var run = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName;
        using (var process = Process.Start("mkfifo", [Path.Combine(run, "options.json")]))
        {
            process.WaitForExit();
        }

        Tool.AssertFails(Tool.Train("--resume", run), "options.json is a named pipe");
    }

    [Fact]
    public void Evaluation_reads_labels_under_other_names_and_says_at_the_end_what_was_skipped()
    {
        Copy("test/happy", "PrivateTest/Happiness");
        Copy("test/sad", "PrivateTest/SADNESS/person1");
        Copy("test/angry", "PrivateTest/joy");
        Copy("test/fear", "PrivateTest/unsure");
        File.WriteAllText(Path.Combine(_folder, "PrivateTest", "Happiness", "notes.txt"), "not an image");
        string[] command = ["evaluate", "--data", _folder, "--model", trained.Model, "--strict", "--precision", "fp32"];

        var result = Tool.Train([.. command, "--label-map", "joy=happy", "--ignore-label", "unsure"]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["6", "3", "0"], new[] { "happy", "sad", "fear" }.Select(label =>
            result.Output.Split('\n').Single(line => line.StartsWith($"{label} ", StringComparison.Ordinal)).Split(' ')[^1]));
        Assert.Contains("Happiness as happy, SADNESS as sad, joy as happy", result.Error, StringComparison.Ordinal);
        Assert.Contains("skipped 1 file: 1 not an image (notes.txt)", result.Error, StringComparison.Ordinal);
        Tool.AssertFails(Tool.Train(command), "joy is not a known label", "--label-map joy=LABEL");
    }

    [Fact]
    public void Charts_and_run_folders_inside_the_data_folder_are_not_labels()
    {
        Copy("train/happy", "happy");
        Copy("train/sad", "sad");
        string[] inspect = ["inspect", "--data", _folder];
        Assert.Equal(0, Tool.Train([.. inspect, "--out", Path.Combine(_folder, "charts")]).ExitCode);
        Directory.CreateDirectory(Path.Combine(_folder, "runs"));
        foreach (var file in Directory.GetFiles(trained.Run, "*.*").Where(file => Path.GetExtension(file) != ".pt"))
        {
            File.Copy(file, Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "runs", "first")).FullName, Path.GetFileName(file)));
        }

        var result = Tool.Train(inspect);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"{Path.Combine(_folder, "charts")} holds results of an earlier run", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{Path.Combine(_folder, "runs")} holds results of an earlier run", result.Output, StringComparison.Ordinal);
        Assert.Equal(["label", "happy", "sad", "all"], result.Output.Split('\n').Take(4).Select(line => line.Split(' ')[0]));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Training_says_at_the_end_what_was_skipped_and_remembers_the_rules()
    {
        Copy("train/happy", "happy");
        Copy("train/sad", "sad");
        Copy("train/angry", "cross");
        Copy("train/fear", "unsure");
        File.WriteAllText(Path.Combine(_folder, "sad", "Thumbs.db"), "not an image");
        var run = Path.Combine(_folder, "runs", "one");

        var result = Tool.Train("--data", _folder, "--epochs", "1", "--out", run, "--label-map", "cross=angry", "--ignore-label", "unsure", "--precision", "fp32", "--width", "8", "--strict");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("labels angry, happy, sad", result.Error, StringComparison.Ordinal);
        Assert.Equal("skipped 1 file: 1 not an image (Thumbs.db)", result.ErrorLines[^1]);
        var resumed = Tool.Train("--resume", run, "--epochs", "2");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
    }

    [Fact]
    public void A_table_where_a_folder_is_wanted_is_refused_with_the_command_that_converts_it()
    {
        var csv = Path.Combine(_folder, "fer2013.csv");
        File.WriteAllText(csv, "emotion,pixels,Usage\n");

        Tool.AssertFails(Tool.Train("--data", csv), "fer-train convert --csv");
        Tool.AssertFails(Tool.Train("inspect", "--data", _folder), "fer-train convert --csv");
    }

    [Fact]
    public void A_malformed_label_map_is_a_mistake_on_the_command_line()
    {
        var result = InProcess.Train("--data", trained.Faces, "--label-map", "happy");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is not of the form folder=label", result.Error, StringComparison.Ordinal);
    }

    private void Copy(string from, string to)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, to)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(trained.Faces, from)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
