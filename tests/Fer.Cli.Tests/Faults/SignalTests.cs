using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fer.Core;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests.Faults;

/// <summary>Signals at random moments, once and again and again, in both tools: nothing is lost and nothing crashes.</summary>
public sealed class SignalTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-signals-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void A_training_ends_with_a_folder_that_resumes(int signals)
    {
        for (var time = 0; time < Repetitions.Of(1); time++)
        {
            var run = Path.Combine(_folder, $"run-{signals}-{time}");
            using var process = Tool.Start("Train", "fer-train", ["--data", trained.Faces, "--epochs", "500", "--batch-size", "8", "--out", run, "--precision", "fp32", "--width", "8"]);
            WaitFor(process, () => File.Exists(Path.Combine(run, "last.pt")));
            Send(process, signals, time, CounterRandom.For(2, signals, time));

            var ended = Tool.Wait(process);

            AssertEnded(ended, 130);
            Assert.Contains($"fer-train --resume {run}", ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Directory.EnumerateFiles(run), path => path.Contains("unfinished", StringComparison.Ordinal));
            var resumed = Tool.Train("--resume", run, "--epochs", Math.Max(1, EpochsIn(run)).ToString(CultureInfo.InvariantCulture));
            Assert.True(resumed.ExitCode == 0, resumed.Error);
        }
    }

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Detection_ends_with_complete_lines_and_a_complete_video(int signals)
    {
        var video = Path.Combine(_folder, "v.mp4");
        new DemoVideo { Seconds = 20, FramesPerSecond = 25 }.Write(video, TestContext.Current.CancellationToken);
        for (var time = 0; time < Repetitions.Of(1); time++)
        {
            var (json, annotated) = (Path.Combine(_folder, $"{time}.jsonl"), Path.Combine(_folder, $"{time}.mp4"));
            using var process = Tool.Start("Detect", "fer-detect", ["--input", video, "--model", trained.Model, "--headless", "--json", json, "--output", annotated]);
            WaitFor(process, () => File.Exists(json));
            Send(process, signals, time, CounterRandom.For(3, signals, time));

            var ended = Tool.Wait(process);

            AssertEnded(ended, 0, 130);
            Assert.All(File.ReadAllLines(json), line => JsonDocument.Parse(line).Dispose());
            Assert.DoesNotContain(Directory.GetFiles(_folder, ".*"), path => path.Contains("unfinished", StringComparison.Ordinal));
            if (File.Exists(annotated))
            {
                var read = Tool.Detect("--input", annotated, "--model", trained.Model, "--headless", "--max-frames", "1");
                Assert.True(read.ExitCode == 0, read.Error);
            }
        }
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Commands_that_have_nothing_to_save_end_soon()
    {
        var (faces, video) = (Path.Combine(_folder, "faces"), Path.Combine(_folder, "v.mp4"));
        new DemoVideo { Seconds = 2, FramesPerSecond = 10 }.Write(video, TestContext.Current.CancellationToken);
        (string Project, string Tool, string[] Arguments)[] commands =
        [
            ("Train", "fer-train", ["sample", "--out", faces, "--per-class", "100000"]),
            ("Train", "fer-train", ["benchmark", "--seconds", "3600", "--width", "8", "--batch-size", "8"]),
            ("Detect", "fer-detect", ["benchmark", "--seconds", "3600", "--input", video, "--model", trained.Model]),
        ];
        foreach (var (project, tool, arguments) in commands)
        {
            using var process = Tool.Start(project, tool, arguments);
            Thread.Sleep(TimeSpan.FromSeconds(3));
            Send(process, 1, 0, CounterRandom.For(4, arguments.Length));

            AssertEnded(Tool.Wait(process), 130);
        }

        Assert.False(Directory.Exists(faces));
    }

    private static void AssertEnded(ToolResult result, params int[] exitCodes)
    {
        Assert.True(exitCodes.Contains(result.ExitCode), $"exit code {result.ExitCode}\n{result.Error}");
        Assert.DoesNotContain("Unhandled", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static int EpochsIn(string run) =>
        File.Exists(Path.Combine(run, "history.csv")) ? File.ReadAllLines(Path.Combine(run, "history.csv")).Length : 1;

    /// <summary>The first at a random moment, two of them at most a second and a half apart, more of them as fast as possible.</summary>
    private static void Send(Process process, int signals, int time, CounterRandom random)
    {
        var signal = Signals.All[(time + signals) % Signals.All.Length];
        Assert.SkipWhen(Signals.IsIgnored(signal), $"these tests run where {signal} is ignored");
        for (var sent = 0; sent < signals && !process.HasExited; sent++)
        {
            Thread.Sleep(sent == 0 || signals == 2 ? random.Next(1500) : 0);
            Signals.Send(signal, process);
        }
    }

    private static void WaitFor(Process process, Func<bool> condition)
    {
        for (var waited = 0; !condition() && !process.HasExited && waited < 2400; waited++)
        {
            Thread.Sleep(50);
        }

        Assert.True(condition(), process.HasExited ? process.StandardError.ReadToEnd() : "it takes too long");
    }
}
