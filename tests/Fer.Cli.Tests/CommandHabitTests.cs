using System.Text.Json;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

public sealed class CommandHabitTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_and_folders_need_no_option_and_each_has_its_own_results()
    {
        var (image, clips, json, copies) = (Image("photo.png"), Inside("clips"), Inside("o.jsonl"), Inside("out"));
        Video(Path.Combine("clips", "a.mp4"));
        Video(Path.Combine("clips", "b.avi"));
        File.WriteAllText(Path.Combine(clips, "broken.mp4"), "\0\0\0\u0018ftypisom, and then nothing of a video");

        var result = Tool.Detect(image, clips, "--model", trained.Model, "--headless", "--json", json, "--output", copies);

        Assert.True(result.ExitCode == 0, result.Error);
        var (failed, frames) = (new List<JsonElement>(), new List<JsonElement>());
        foreach (var line in File.ReadAllLines(json).Select(line => JsonDocument.Parse(line).RootElement))
        {
            (line.TryGetProperty("error", out _) ? failed : frames).Add(line);
        }

        Assert.EndsWith("broken.mp4", Assert.Single(failed).GetProperty("source").GetString(), StringComparison.Ordinal);
        var sources = frames.GroupBy(frame => Path.GetFileName(frame.GetProperty("source").GetString()!)).ToList();
        Assert.Equal(["photo.png", "a.mp4", "b.avi"], sources.Select(source => source.Key));
        Assert.All(sources.Skip(1), source => Assert.Equal([0, 1, 2, 3, 4], source.Select(frame => frame.GetProperty("frame").GetInt32())));
        Assert.All(sources, source => Assert.Equal(0, source.First().GetProperty("time").GetDouble()));
        Assert.All(sources.Skip(1), source => Assert.Equal(1, source.First().GetProperty("faces").EnumerateArray().Min(face => face.GetProperty("id").GetInt32())));
        Assert.Equal(
            ["clips/a.mp4", "clips/b.avi", "photo.png"],
            Directory.GetFiles(copies, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path)[0] != '.').Select(path => Path.GetRelativePath(copies, path)).Order(StringComparer.Ordinal));
        Assert.Contains("broken.mp4", Assert.Single(result.ErrorLines, line => line.StartsWith("warning: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_on_stdin_holds_images_and_videos()
    {
        var list = Inside("list.txt");
        File.WriteAllLines(list, [Video("a.mp4"), Inside("none.mp4"), Image("photo.png")]);

        var result = Tool.Shell("\"$@\" < \"$LIST\"", ("LIST", list), "-", "--model", trained.Model, "--headless", "--csv", "-");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("a.mp4", result.Output, StringComparison.Ordinal);
        Assert.Contains("photo.png", result.Output, StringComparison.Ordinal);
        Assert.Contains("none.mp4 does not exist", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_image_goes_into_a_folder()
    {
        var (image, existing, coming) = (Image("photo.png"), Directory.CreateDirectory(Inside("existing")).FullName, $"{Inside("coming")}/");

        Assert.Equal(0, Tool.Detect(image, "--model", trained.Model, "--headless", "--output", existing).ExitCode);
        Assert.Equal(0, Tool.Detect(image, "--model", trained.Model, "--headless", "--output", coming).ExitCode);

        Assert.True(File.Exists(Path.Combine(existing, "photo.png")));
        Assert.True(File.Exists(Path.Combine(coming, "photo.png")));
    }

    [Theory]
    [InlineData("none.png", "none.png does not exist")]
    [InlineData("*.mp4", "no file matches")]
    [InlineData(".", "no images in the folder")]
    [InlineData("notes.txt", "not an image or a video but a text")]
    public void An_unusable_input_is_reported_before_a_missing_display(string input, string expected)
    {
        File.WriteAllText(Inside("notes.txt"), "no image\n");

        Tool.AssertFails(WithoutDisplay(Inside(input)), expected);
    }

    [Theory]
    [InlineData("97")]
    [InlineData("a camera that nobody has")]
    public void A_missing_camera_is_reported_before_a_missing_display(string camera) =>
        Tool.AssertFails(WithoutDisplay("--camera", camera), "camera ", camera, "not found");

    private static ToolResult WithoutDisplay(params string[] arguments) => Tool.Run("Detect", "fer-detect", arguments, start =>
    {
        start.Environment.Remove("DISPLAY");
        start.Environment.Remove("WAYLAND_DISPLAY");
    });

    [Trait("Speed", "slow")]
    [Fact]
    public void Existing_results_are_overwritten_only_with_force()
    {
        var image = Image("photo.png");
        foreach (var (option, name) in new[] { ("--json", "o.jsonl"), ("--csv", "o.csv"), ("--output", "o.png") })
        {
            File.WriteAllText(Inside(name), "precious");
            string[] arguments = [image, "--model", trained.Model, "--headless", option, Inside(name)];

            Tool.AssertFails(Tool.Detect(arguments), option, Inside(name), "--force");
            Assert.Equal("precious", File.ReadAllText(Inside(name)));
            Assert.Equal(0, Tool.Detect([.. arguments, "--force"]).ExitCode);
            Assert.NotEqual("precious", File.ReadAllText(Inside(name)));
        }

        // Nothing is lost with these.
        File.WriteAllText(Inside("empty.jsonl"), "");
        Assert.Equal(0, Tool.Detect(image, "--model", trained.Model, "--headless", "--json", Inside("empty.jsonl"), "--csv", "/dev/null").ExitCode);
        // A copy in a folder.
        Directory.CreateDirectory(Inside("out"));
        File.WriteAllText(Path.Combine(Inside("out"), "photo.png"), "precious");
        Tool.AssertFails(Tool.Detect(image, "--model", trained.Model, "--headless", "--output", Inside("out")), "photo.png", "--force");
    }

    [Theory]
    [InlineData("evaluate", "--data|d|--json|FILE")]
    [InlineData("evaluate", "--data|d|--predictions|FILE")]
    [InlineData("export", "--out|FILE|--format|onnx")]
    public void Existing_results_of_fer_train_are_overwritten_only_with_force(string command, string arguments)
    {
        var file = Inside("precious.txt");
        File.WriteAllText(file, "precious");

        Tool.AssertFails(InProcess.Train([command, .. arguments.Replace("FILE", file, StringComparison.Ordinal).Split('|')]), file, "--force");
        Assert.Equal("precious", File.ReadAllText(file));
    }

    [Fact]
    public void Evaluate_and_export_take_the_bundled_model_if_none_is_named()
    {
        var (json, onnx) = (Inside("report.json"), Inside("fer.onnx"));

        var evaluated = Tool.Train("evaluate", "--data", trained.Faces, "--json", json);
        var exported = Tool.Train("export", "--out", onnx);

        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal("bundled", JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("model").GetString());
        Assert.True(exported.ExitCode == 0, exported.Error);
        Assert.True(File.Exists(onnx));
    }

    [Fact]
    public void Quiet_leaves_only_warnings_and_verbose_adds_details()
    {
        var image = Image("photo.png");
        string[] arguments = [image, "--model", trained.Model, "--headless"];

        Assert.Empty(Tool.Detect([.. arguments, "--quiet"]).Error);
        Assert.Equal("1 frame, 1 with faces", Tool.Detect(arguments).ErrorLines[0]);
        var verbose = Tool.Detect([.. arguments, "--verbose"]).Error;
        Assert.Contains(trained.Model, verbose, StringComparison.Ordinal);
        Assert.Contains("surprise", verbose, StringComparison.Ordinal);
        Assert.Contains("detector: ", verbose, StringComparison.Ordinal);
    }

    private string Inside(string name) => Path.Combine(_folder, name);

    private string Video(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Inside(name))!);
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(Inside(name));
        return Inside(name);
    }

    private string Image(string name)
    {
        File.Copy(Directory.GetFiles(trained.Faces, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(), Inside(name));
        return Inside(name);
    }
}
