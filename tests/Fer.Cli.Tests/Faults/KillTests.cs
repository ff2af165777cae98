using System.Diagnostics;
using System.Text.Json;
using Fer.Core;
using Fer.Core.Checkpoints;
using OpenCvSharp;

namespace Fer.Cli.Tests.Faults;

/// <summary>SIGKILL at random moments of real trainings: every file in the folder is whole, and the resumed end is the same.</summary>
public sealed class KillTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-kills-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void Whatever_a_kill_leaves_is_whole_and_resumes_to_the_same_network()
    {
        var started = Stopwatch.StartNew();
        var whole = Train("whole");
        var duration = (int)started.ElapsedMilliseconds;
        Assert.True(whole.ExitCode == 0, whole.Error);
        var expected = File.ReadAllBytes(Path.Combine(_folder, "whole", "fer.pt"));
        for (var time = 0; time < Repetitions.Of(2); time++)
        {
            var (name, random) = ($"killed-{time}", CounterRandom.For(4, time));
            var run = Path.Combine(_folder, name);
            using (var process = Tool.Start("Train", "fer-train", Arguments(run)))
            {
                // Once the folder exists: before that there is nothing to lose.
                while (!Directory.Exists(run) && !process.HasExited)
                {
                    Thread.Sleep(10);
                }

                process.WaitForExit(random.Next(duration));
                process.Kill();
                Tool.Wait(process);
            }

            AssertWhole(run);
            // Killed before the first checkpoint, there is nothing to resume and nothing that blocks the same command.
            var again = File.Exists(Path.Combine(run, "last.pt")) ? Tool.Train("--resume", run) : Train(name);
            Assert.True(again.ExitCode == 0, again.Error);
            Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run, "fer.pt"))), $"kill {time}: another network");
            Directory.Delete(run, recursive: true);
        }
    }

    private static void AssertWhole(string run)
    {
        foreach (var file in Directory.Exists(run) ? Directory.GetFiles(run) : [])
        {
            if (Path.GetFileName(file).StartsWith('.'))
            {
                // Under their temporary names files may be cut short.
                continue;
            }

            switch (Path.GetExtension(file))
            {
                case ".pt":
                    CheckpointStore.Load(file);
                    break;
                case ".json":
                    JsonDocument.Parse(File.ReadAllBytes(file)).Dispose();
                    break;
                case ".csv":
                    Assert.EndsWith("\n", File.ReadAllText(file), StringComparison.Ordinal);
                    break;
                case ".png":
                    using (var chart = Cv2.ImRead(file))
                    {
                        Assert.False(chart.Empty(), file);
                    }

                    break;
            }
        }
    }

    private ToolResult Train(string name) => Tool.Train(Arguments(Path.Combine(_folder, name)));

    private string[] Arguments(string run) =>
        ["--data", trained.Faces, "--epochs", "3", "--batch-size", "14", "--out", run, "--precision", "fp32", "--width", "8"];
}
