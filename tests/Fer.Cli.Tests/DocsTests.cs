using System.Diagnostics;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

/// <summary>The README and the pages of <c>docs/</c> name options and files that exist, and their Python code runs.</summary>
public sealed class DocsTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-docs-").FullName;

    public static TheoryData<string> Pages => [.. Documentation.Pages()];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_line_on_a_page_has_options_that_exist(string page)
    {
        foreach (var (tool, command, options) in Documentation.CommandLines(page))
        {
            var help = command is null ? Documentation.HelpOf(tool) : Documentation.HelpOf(tool, command);
            Assert.All(options, option => Assert.Contains(option, help));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_of_the_repository_leads_to_one(string page) =>
        Assert.All(Documentation.LinkedPaths(page), path => Assert.True(Path.Exists(path), $"{page} links to {path}"));

    [Trait("Speed", "slow")]
    [Fact]
    public void The_Python_code_of_the_formats_page_runs()
    {
        Assert.SkipUnless(File.Exists(Python) && Run("import torch") is { ExitCode: 0 }, "needs Debian's python3-torch");
        var model = Path.Combine(_folder, "fer.pt");
        File.Copy(Documentation.PathOf("src/Fer.Detect/models/fer.pt"), model);
        File.Copy(Documentation.PathOf("scripts/pytorch/emotion_net.py"), Path.Combine(_folder, "emotion_net.py"));
        var video = Path.Combine(_folder, "faces.mp4");
        new DemoVideo { Seconds = 1 }.Write(video, TestContext.Current.CancellationToken);
        Assert.Equal(0, Tool.Train("export", "--model", model, "--format", "safetensors", "--out", Path.Combine(_folder, "fer.safetensors")).ExitCode);
        Assert.Equal(0, Tool.Detect("--input", video, "--headless", "--max-frames", "5", "--json", Path.Combine(_folder, "faces.jsonl")).ExitCode);

        var snippets = Documentation.PythonCode("docs/formats.md").ToList();
        Assert.NotEmpty(snippets);
        Assert.All(snippets, code =>
        {
            var (exitCode, output, error) = Run(code);
            Assert.True(exitCode == 0, $"{code}\n{error}");
            Assert.NotEmpty(output);
        });
    }

    private (int ExitCode, string Output, string Error) Run(string code)
    {
        var start = new ProcessStartInfo(Python, ["-c", code]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
