using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

/// <summary>Images and videos in one run that is interrupted.</summary>
public sealed class MixedInputTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-mixed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("a.png b.mp4 c.png d.png", false)]
    [InlineData("a.png b.mp4 c.png d.png", true)]
    [InlineData("a.mp4 b.png c.mp4", false)]
    [InlineData("a.png b.png c.mp4 d.png e.png", false, "--shard", "1/2")]
    public void A_run_cut_off_anywhere_and_resumed_writes_what_an_uninterrupted_run_writes(string files, bool areNamed, params string[] options)
    {
        string[] inputs = Write(files.Split(' '));
        string[] command = [.. areNamed ? inputs : [Inside("mix")], .. options];
        var (json, csv) = (Inside("all.jsonl"), Inside("all.csv"));
        Run(0, json, csv, command);
        var (lines, rows) = (File.ReadAllBytes(json), File.ReadAllBytes(csv));
        var ends = Enumerable.Range(0, lines.Length).Where(index => lines[index] == (byte)'\n').Select(index => index + 1).ToArray();

        // Within the first line, after it, within and between lines of the middle, in the last line, and after everything.
        foreach (var cut in (int[])[20, ends[0], ends[0] + 20, ends[ends.Length / 2], ends[^2], ends[^1] - 5, ends[^1]])
        {
            var (cutJson, cutCsv) = (Inside("cut.jsonl"), Inside("cut.csv"));
            File.WriteAllBytes(cutJson, lines[..cut]);
            File.WriteAllBytes(cutCsv, rows[..(int)((long)rows.Length * cut / lines.Length)]);

            Run(0, cutJson, cutCsv, [.. command, "--resume"]);

            Assert.Equal(File.ReadAllText(json), File.ReadAllText(cutJson));
            Assert.Equal(File.ReadAllText(csv), File.ReadAllText(cutCsv));
        }
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Results_of_another_input_or_shard_are_refused_and_stay_as_they_are()
    {
        string[] inputs = Write(["a.png", "b.mp4", "c.png"]);
        var (json, csv) = (Inside("o.jsonl"), Inside("o.csv"));
        Run(0, json, csv, inputs);
        var before = (File.ReadAllText(json), File.ReadAllText(csv));

        foreach (string[] other in (string[][])[[inputs[0], inputs[2], inputs[1]], inputs[..2], [inputs[1]], [.. inputs, "--shard", "2/2"]])
        {
            var result = Run(2, json, csv, [.. other, "--resume"]);

            Assert.Contains("was written from another", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
            Assert.Equal(before, (File.ReadAllText(json), File.ReadAllText(csv)));
        }
    }

    [Theory]
    [InlineData("a.png", "cat \"$0\" | ")]
    [InlineData("b.mp4", "cat \"$0\" | ")]
    [InlineData("a.png", "< \"$0\" ")]
    [InlineData("b.mp4", "< \"$0\" ")]
    public void An_image_or_a_video_on_standard_input_is_no_list_and_is_read_as_dev_stdin(string file, string redirection)
    {
        var path = Write([file])[0];
        var line = redirection.Replace("$0", path, StringComparison.Ordinal) + "\"$@\"";
        string[] options = ["--faces", "whole", "--headless", "--model", trained.Model];

        Tool.AssertFails(Tool.Shell(line, null, ["-", .. options]), "standard input is a ", "/dev/stdin");
        var read = Tool.Shell(line, null, ["/dev/stdin", "--quiet", .. options]);

        Assert.True(read.ExitCode == 0, read.Error);
        Assert.Equal(file == "a.png" ? 1 : 5, read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData(0, "more than 0 files cannot be read (--max-failures 0)")]
    [InlineData(1, "more than 1 file cannot be read (--max-failures 1)")]
    public void Too_many_unreadable_files_end_the_run_with_the_limit_that_was_given(int most, string expected)
    {
        Write(["a.png"]);
        File.WriteAllText(Inside("mix/b.png"), "no image");
        File.WriteAllText(Inside("mix/c.png"), "no image");

        var result = Run(2, Inside("o.jsonl"), Inside("o.csv"), Inside("mix"), "--max-failures", $"{most}");

        Assert.Contains(expected, result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("--strict", result.Error, StringComparison.Ordinal);
    }

    private string Inside(string name) => Path.Combine(_folder, name);

    private string[] Write(string[] names)
    {
        var faces = Directory.GetFiles(Path.Combine(trained.Faces, "train"), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Directory.CreateDirectory(Inside("mix"));
        foreach (var (index, name) in names.Index())
        {
            var path = Inside($"mix/{name}");
            if (name.EndsWith(".png", StringComparison.Ordinal))
            {
                File.Copy(faces[index * 7], path);
                continue;
            }

            new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(path);
        }

        return [.. names.Select(name => Inside($"mix/{name}"))];
    }

    private ToolResult Run(int exitCode, string json, string csv, params string[] arguments)
    {
        var result = Tool.Detect([.. arguments, "--faces", "whole", "--headless", "--quiet", "--model", trained.Model, "--json", json, "--csv", csv]);
        Assert.True(result.ExitCode == exitCode, result.Error);
        return result;
    }
}
