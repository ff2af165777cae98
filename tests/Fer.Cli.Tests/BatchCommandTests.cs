using System.Text.Json;

namespace Fer.Cli.Tests;

/// <summary>Many files in one run or in several: what is written for each, and how interrupted and divided runs fit together.</summary>
public sealed class BatchCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_cut_off_anywhere_and_resumed_writes_what_an_uninterrupted_run_writes()
    {
        var (json, csv) = (Inside("all.jsonl"), Inside("all.csv"));
        Detect(0, "--json", json, "--csv", csv);
        // The two files of a killed run rarely end with the same image; one of them may end within a line.
        var (cutJson, cutCsv) = (Cut(json, 0.61), Cut(csv, 0.4));

        var result = Detect(0, "--json", cutJson, "--csv", cutCsv, "--resume");

        Assert.Equal(File.ReadAllBytes(json), File.ReadAllBytes(cutJson));
        Assert.Equal(File.ReadAllBytes(csv), File.ReadAllBytes(cutCsv));
        Assert.DoesNotContain("84 frames", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_replaces_the_crops_and_copies_of_its_last_file_and_of_no_other()
    {
        string[] images = [.. ((string[])["x", "y"]).Select(name => Inside($"{name}/a.png"))];
        foreach (var (image, face) in images.Zip(Directory.GetFiles(Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(image)!);
            File.Copy(face, image);
        }

        string[] command = [Inside("x"), Inside("y"), "--faces", "whole", "--headless", "--model", trained.Model, "--json", Inside("o.jsonl"), "--crops", Inside("crops"), "--output", Inside("copies")];
        var first = Tool.Detect(command);
        var files = Files();
        var resumed = Tool.Detect([.. command, "--resume"]);

        Assert.True(first.ExitCode == 0 && resumed.ExitCode == 0, first.Error + resumed.Error);
        Assert.Equal(4, files.Count);
        Assert.Equal(files, Files());

        Dictionary<string, string> Files() => ((string[])["crops", "copies"])
            .SelectMany(name => Directory.GetFiles(Inside(name), "*.png", SearchOption.AllDirectories))
            .ToDictionary(path => path, path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
    }

    [Theory]
    [InlineData("data/happy", false)]
    [InlineData("in/crops", true)]
    public void Crops_are_training_images_unless_they_would_be_the_next_input(string crops, bool isOutput)
    {
        Directory.CreateDirectory(Inside("in"));
        Directory.CreateDirectory(Inside("data"));
        File.Copy(Directory.GetFiles(Images, "*.png", SearchOption.AllDirectories)[0], Inside("in/a.png"));

        var result = Tool.Detect(Inside("in"), "--faces", "whole", "--headless", "--model", trained.Model, "--crops", Inside(crops));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Single(Directory.GetFiles(Inside(crops), "*.png"));
        Assert.Equal(isOutput, Core.OutputMarker.IsOutput(Inside(crops)));
    }

    [Fact]
    public void Results_of_another_input_are_not_continued()
    {
        var json = Inside("o.jsonl");
        File.WriteAllText(json, """{"frame":3,"time":0,"source":"other.png","file":3,"error":"e","faces":[]}""" + "\n");

        var result = Tool.Detect(Images, "--faces", "whole", "--headless", "--model", trained.Model, "--json", json, "--resume");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("other.png", result.Error, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(json));
    }

    [Theory]
    [InlineData("--json", "o.jsonl")]
    [InlineData("--csv", "o.csv")]
    public void Results_of_a_network_with_other_labels_are_not_continued(string option, string name)
    {
        var file = Inside(name);
        Detect(0, option, file);
        File.WriteAllText(file, File.ReadAllText(file).Replace("surprise", "bored", StringComparison.Ordinal));
        var before = File.ReadAllBytes(file);

        var result = Tool.Detect(Images, "--faces", "whole", "--headless", "--model", trained.Model, option, file, "--resume");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("bored", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void The_parts_of_four_shards_merge_into_the_output_of_one_run_and_a_missing_one_is_named()
    {
        var whole = Inside("whole.jsonl");
        Detect(0, "--json", whole);
        string[] parts = [.. Enumerable.Range(1, 4).Select(part => Inside($"part{part}.jsonl"))];
        foreach (var (index, part) in parts.Index())
        {
            Detect(0, "--json", part, "--shard", $"{index + 1}/4");
        }

        var merged = InProcess.Detect(["merge", .. parts.Reverse(), "--out", Inside("merged.jsonl")]);
        var missing = InProcess.Detect(["merge", .. parts[..2], parts[3], "--out", Inside("no.jsonl")]);

        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(Inside("merged.jsonl")));
        Tool.AssertFails(missing, "shard 3/4 is missing", "2, 6, 10");
        Assert.False(File.Exists(Inside("no.jsonl")));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_line_with_the_reason_and_scripts_can_refuse_it()
    {
        foreach (var (index, path) in Directory.GetFiles(Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(3).Index())
        {
            File.Copy(path, Inside($"{index}.png"));
        }

        File.WriteAllText(Inside("1.png"), "no image");
        string[] lines = File.ReadAllLines(DetectIn(0));

        Schemas.AssertValid("detect-line", lines);
        Assert.Equal([false, true, false], lines.Select(line => JsonDocument.Parse(line).RootElement.TryGetProperty("error", out var error) && error.GetString()!.Contains("1.png", StringComparison.Ordinal)));
        Assert.Equal(2, File.ReadAllLines(DetectIn(2, "--strict")).Length);
        Assert.Equal(3, File.ReadAllLines(DetectIn(0, "--max-failures", "1")).Length);

        string DetectIn(int exitCode, params string[] arguments)
        {
            var json = Inside($"o{arguments.Length}.jsonl");
            var result = Tool.Detect([Inside("*.png"), "--faces", "whole", "--headless", "--model", trained.Model, "--json", json, .. arguments]);
            Assert.True(result.ExitCode == exitCode, result.Error);
            return json;
        }
    }

    [Theory]
    [InlineData("*.png")]
    [InlineData("*")]
    public void A_strict_run_stops_at_the_first_unreadable_file_and_calls_none_skipped(string pattern)
    {
        foreach (var name in (string[])["1.png", "2.png", "3.png"])
        {
            File.WriteAllText(Inside(name), "no image");
        }

        File.WriteAllText(Inside("4.txt"), "no image");
        var result = Tool.Detect(Inside(pattern), "--headless", "--model", trained.Model, "--strict");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("1.png", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("omit --strict to skip it", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Face_crops_taken_whole_get_the_predictions_of_evaluate()
    {
        var (detected, evaluated) = (Inside("d.csv"), Inside("e.csv"));
        Detect(0, "--csv", detected);
        Assert.Equal(0, Tool.Train("evaluate", "--data", trained.Faces, "--split", "train", "--model", trained.Model, "--precision", "fp32", "--predictions", evaluated).ExitCode);

        // path,label,predicted,confidence,... and frame,time,source,face,x,y,width,height,label,confidence,...
        var expected = Rows(evaluated).ToDictionary(row => Path.GetFullPath(row[0]), row => (row[2], Values(row[4..11])), StringComparer.Ordinal);
        var actual = Rows(detected).ToDictionary(row => Path.GetFullPath(row[2]), row => (row[8], Values(row[10..17])), StringComparer.Ordinal);
        Assert.Equal(84, expected.Count);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, row =>
        {
            Assert.Equal(row.Value.Item1, actual[row.Key].Item1);
            Assert.All(row.Value.Item2.Zip(actual[row.Key].Item2), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        });

        static IEnumerable<string[]> Rows(string path) => File.ReadLines(path).Skip(1).Select(line => line.Split(','));
        static double[] Values(string[] fields) => Array.ConvertAll(fields, field => double.Parse(field, System.Globalization.CultureInfo.InvariantCulture));
    }

    private string Images => Path.Combine(trained.Faces, "train");

    private string Inside(string name) => Path.Combine(_folder, name);

    private ToolResult Detect(int exitCode, params string[] arguments)
    {
        var result = Tool.Detect([Images, "--faces", "whole", "--headless", "--model", trained.Model, .. arguments]);
        Assert.True(result.ExitCode == exitCode, result.Error);
        return result;
    }

    /// <summary>The beginning of a file.</summary>
    private static string Cut(string path, double share)
    {
        var copy = path.Replace("all", "cut", StringComparison.Ordinal);
        var content = File.ReadAllBytes(path);
        File.WriteAllBytes(copy, content[..(int)(content.Length * share)]);
        return copy;
    }
}
