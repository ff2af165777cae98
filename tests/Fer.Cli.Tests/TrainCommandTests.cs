using System.Diagnostics;
using System.Globalization;

namespace Fer.Cli.Tests;

public sealed class TrainCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_training_fills_its_run_folder()
    {
        Assert.True(trained.Result.ExitCode == 0, trained.Result.Error);
        string[] expected = ["accuracy.png", "calibration.png", "confusion.png", "fer.pt", "history.csv", "last.pt", "loss.png", "options.json", "predictions.png", "report.json", "samples.png"];
        Assert.Equal(expected, Directory.EnumerateFileSystemEntries(trained.Run).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(trained.Run, "history.csv")).Length);
        Assert.Contains("accuracy", trained.Result.Output, StringComparison.Ordinal);
        Assert.Equal(2, trained.Result.ErrorLines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void A_terminal_that_goes_away_loses_nothing()
    {
        Assert.SkipWhen(Signals.IsIgnored("-HUP"), "these tests run where hang-ups are ignored");
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed");
        var (run, code) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "code"));
        // As a login shell does, this one hands the hang-up on; then it says how fer-train ended.
        using var terminal = Tool.Start("Train", "fer-train", [], start =>
        {
            var command = $"trap 'kill -HUP $!' HUP; {start.FileName} --data {trained.Faces} --epochs 500 --batch-size 8 --out {run} --precision fp32 --width 8 & wait $!; wait $!; echo $? > {code}";
            start.FileName = "script";
            start.Environment["SHELL"] = "/bin/bash";
            Array.ForEach(["-q", "-c", command, "/dev/null"], start.ArgumentList.Add);
        });
        // A terminal that nobody reads fills up and halts whoever writes to it.
        _ = terminal.StandardOutput.BaseStream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        WaitFor(() => File.Exists(Path.Combine(run, "history.csv")));
        terminal.Kill();
        WaitFor(() => File.Exists(code) && File.ReadAllText(code).Length > 0);

        Assert.Equal("130", File.ReadAllText(code).Trim());
        var epochs = File.ReadAllLines(Path.Combine(run, "history.csv")).Length;
        Assert.Equal(0, Tool.Train("--resume", run, "--epochs", epochs.ToString(CultureInfo.InvariantCulture)).ExitCode);
    }

    [Fact]
    public void A_network_that_lies_in_the_run_folder_is_not_replaced()
    {
        var model = Path.Combine(_folder, "fer.pt");
        File.Copy(trained.Model, model);
        var before = File.ReadAllBytes(model);

        Tool.AssertFails(Tool.Train("--data", trained.Faces, "--epochs", "1", "--out", _folder), model, "choose another --out");

        Assert.Equal(before, File.ReadAllBytes(model));
    }

    [Fact]
    public void A_comma_locale_changes_no_number()
    {
        var run = Path.Combine(_folder, "run");

        var result = Tool.Run("Train", "fer-train", ["--data", trained.Faces, "--epochs", "1", "--lr", "0.5", "--out", run, "--precision", "fp32", "--width", "8"], start =>
        {
            start.Environment["LC_ALL"] = "de_DE.UTF-8";
            start.Environment["LANG"] = "de_DE.UTF-8";
        });

        Assert.True(result.ExitCode is 0 or 2, result.Error);
        Assert.Contains("\"learningRate\": 0.5,", File.ReadAllText(Path.Combine(run, "options.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_fit_is_one_line_and_leaves_nothing_behind()
    {
        var (run, empty) = (Path.Combine(_folder, "run"), Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName);
        var one = Directory.CreateDirectory(Path.Combine(_folder, "one", "train", "only")).Parent!.Parent!.FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "bare", "train", "a"));
        Directory.CreateDirectory(Path.Combine(_folder, "bare", "train", "b"));

        Tool.AssertFails(Tool.Train("--data", Path.Combine(_folder, "missing"), "--out", run), "missing", "does not exist");
        Tool.AssertFails(Tool.Train("--data", empty, "--out", run), "no label folders");
        Tool.AssertFails(Tool.Train("--data", one, "--out", run), "at least two");
        Tool.AssertFails(Tool.Train("--data", Path.Combine(_folder, "bare"), "--out", run), "has no images");
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void Broken_images_are_named_and_skipped_or_with_strict_an_error()
    {
        var faces = Path.Combine(_folder, "faces");
        Fer.Core.Data.Samples.SampleFaces.WriteFolder(faces, perLabel: 4, seed: 2, TestContext.Current.CancellationToken);
        var (empty, text) = (Path.Combine(faces, "train", "sad", "empty.jpg"), Path.Combine(faces, "train", "happy", "text.png"));
        File.WriteAllText(empty, "");
        File.WriteAllText(text, "no image");
        File.WriteAllText(Path.Combine(faces, "test", "sad", "broken.png"), "no image");

        var skipped = Tool.Train("--data", faces, "--validation", "test", "--epochs", "1", "--out", Path.Combine(_folder, "run"), "--precision", "fp32", "--width", "8");
        var strict = Tool.Train("--data", faces, "--epochs", "1", "--out", Path.Combine(_folder, "other"), "--strict");

        Assert.True(skipped.ExitCode == 0, skipped.Error);
        var report = File.ReadAllText(Path.Combine(_folder, "run", "report.json"));
        Assert.Contains("\"split\": \"test\"", report, StringComparison.Ordinal);
        Assert.Contains("\"unreadable\": 1", report, StringComparison.Ordinal);
        Assert.Contains(skipped.ErrorLines, line => line.StartsWith($"warning: skipped {empty}", StringComparison.Ordinal));
        Assert.Contains(skipped.ErrorLines, line => line.StartsWith($"warning: skipped {text}", StringComparison.Ordinal));
        Assert.Contains(skipped.ErrorLines, line => line.Contains("skipped 3 unreadable files", StringComparison.Ordinal));
        Tool.AssertFails(strict, "--strict");
    }

    [Fact]
    public void A_label_of_which_no_image_can_be_read_is_named()
    {
        var faces = Path.Combine(_folder, "faces");
        Fer.Core.Data.Samples.SampleFaces.WriteFolder(faces, perLabel: 4, seed: 2, TestContext.Current.CancellationToken);
        foreach (var file in Directory.GetFiles(Path.Combine(faces, "train", "sad")))
        {
            File.WriteAllText(file, "no image");
        }

        var result = Tool.Train("--data", faces, "--validation", "test", "--epochs", "1", "--out", Path.Combine(_folder, "run"));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: the label 'sad' has no training image", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_is_never_overwritten() =>
        Tool.AssertFails(Tool.Train("--data", trained.Faces, "--out", trained.Run), "--resume");

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_reported_before_the_training()
    {
        var report = Path.Combine(_folder, "run", "report.json");
        Directory.CreateDirectory(report);

        Tool.AssertFails(Tool.Train("--data", trained.Faces, "--out", Path.Combine(_folder, "run")), $"{report} is a folder");
    }

    [Fact]
    public void A_run_folder_of_somebody_else_cannot_name_a_file_to_overwrite()
    {
        var (run, thesis) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "thesis.txt"));
        Directory.CreateDirectory(run);
        foreach (var file in Directory.EnumerateFiles(trained.Run))
        {
            File.Copy(file, Path.Combine(run, Path.GetFileName(file)));
        }

        File.WriteAllText(thesis, "precious");
        var options = Path.Combine(run, "options.json");
        File.WriteAllText(options, File.ReadAllText(options).Replace("\"shortcut\": null", $"\"shortcut\": \"{thesis}\"", StringComparison.Ordinal));
        Assert.Contains(thesis, File.ReadAllText(options), StringComparison.Ordinal);

        var resumed = Tool.Train("--resume", run, "--epochs", "3");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal("precious", File.ReadAllText(thesis));
    }

    [Fact]
    public void A_training_can_carry_on_what_another_one_has_learned()
    {
        var (model, run) = (Path.Combine(trained.Run, "fer.pt"), Path.Combine(_folder, "second"));

        var second = Tool.Train("--data", trained.Faces, "--epochs", "1", "--out", run, "--precision", "fp32", "--validation", "test", "--init", model, "--teacher", model, "--teacher", model, "--soft-labels", "0.3");

        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("\"softLabels\": 0.3", File.ReadAllText(Path.Combine(run, "options.json")), StringComparison.Ordinal);
        var third = Tool.Train("--data", trained.Faces, "--out", Path.Combine(_folder, "third"), "--teacher", Path.Combine(_folder, "none.pt"));
        Assert.Equal(2, third.ExitCode);
        Assert.StartsWith($"error: {Path.Combine(_folder, "none.pt")} does not exist", third.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_run_gets_its_history_and_charts_back()
    {
        var run = Path.Combine(_folder, "run");
        var trainedOnce = Tool.Train("--data", trained.Faces, "--epochs", "1", "--out", run, "--precision", "fp32", "--init", "bundled", "--teacher", "bundled");
        Assert.True(trainedOnce.ExitCode == 0, trainedOnce.Error);
        var history = File.ReadAllText(Path.Combine(run, "history.csv"));
        string[] lost = ["history.csv", "loss.png", "accuracy.png"];
        Array.ForEach(lost, file => File.Delete(Path.Combine(run, file)));

        Assert.Equal(0, Tool.Train("--resume", run).ExitCode);

        Assert.All(lost, file => Assert.True(File.Exists(Path.Combine(run, file)), file));
        Assert.Equal(history, File.ReadAllText(Path.Combine(run, "history.csv")));
    }

    [Fact]
    public void A_folder_without_a_training_cannot_be_resumed() =>
        Tool.AssertFails(InProcess.Train("--resume", _folder), "is not a run folder");

    private static void WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "waited in vain");
            Thread.Sleep(50);
        }
    }
}
