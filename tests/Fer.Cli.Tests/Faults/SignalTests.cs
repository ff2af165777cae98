using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fer.Core;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests.Faults;

/// <summary>Signals at random moments, once and twice, in both tools: nothing is lost and nothing crashes.</summary>
public sealed class SignalTests(TrainedOnce trained) : IDisposable
{
    private static readonly string[] Signals = ["-INT", "-TERM", "-HUP"];

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-signals-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_ends_with_a_folder_that_resumes(int signals)
    {
        for (var time = 0; time < Repetitions.Of(2); time++)
        {
            var run = Path.Combine(_folder, $"run-{signals}-{time}");
            using var process = Tool.Start("Train", "fer-train", ["--data", trained.Faces, "--epochs", "500", "--batch-size", "8", "--out", run, "--precision", "fp32"]);
            var random = CounterRandom.For(2, signals, time);
            WaitFor(process, () => File.Exists(Path.Combine(run, "last.pt")));
            Send(process, signals, ref random);

            var ended = Tool.Wait(process);

            AssertEnded(ended, 130);
            Assert.Contains($"fer-train --resume {run}", ended.Error, StringComparison.Ordinal);
            var resumed = Tool.Train("--resume", run, "--epochs", Math.Max(1, EpochsIn(run)).ToString(CultureInfo.InvariantCulture));
            Assert.True(resumed.ExitCode == 0, resumed.Error);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Detection_ends_with_complete_lines_and_a_complete_video(int signals)
    {
        var video = Path.Combine(_folder, "v.mp4");
        new DemoVideo { Seconds = 60, FramesPerSecond = 25 }.Write(video);
        for (var time = 0; time < Repetitions.Of(2); time++)
        {
            var (json, annotated) = (Path.Combine(_folder, $"{time}.jsonl"), Path.Combine(_folder, $"{time}.mp4"));
            using var process = Tool.Start("Detect", "fer-detect", ["--input", video, "--model", trained.Model, "--headless", "--json", json, "--output", annotated]);
            var random = CounterRandom.For(3, signals, time);
            WaitFor(process, () => File.Exists(json));
            Send(process, signals, ref random);

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

    private static void AssertEnded(ToolResult result, params int[] exitCodes)
    {
        Assert.True(exitCodes.Contains(result.ExitCode), $"exit code {result.ExitCode}\n{result.Error}");
        Assert.DoesNotContain("Unhandled", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static int EpochsIn(string run) =>
        File.Exists(Path.Combine(run, "history.csv")) ? File.ReadAllLines(Path.Combine(run, "history.csv")).Length : 1;

    private static void Send(Process process, int signals, ref CounterRandom random)
    {
        var signal = Signals[random.Next(Signals.Length)];
        for (; signals > 0 && !process.HasExited; signals--)
        {
            Thread.Sleep(random.Next(1500));
            using var kill = Process.Start(new ProcessStartInfo("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
            kill.WaitForExit();
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
