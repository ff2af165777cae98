using System.Diagnostics;
using System.Text.Json;

namespace Fer.Cli.Tests.Faults;

/// <summary>A folder of hostile images: each is read or named in one line, and memory stays below a gigabyte.</summary>
public sealed class HostileImageTests(TrainedOnce trained) : IDisposable
{
    private const long Gigabyte = 1_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public async Task Each_hostile_image_is_read_or_named_in_one_line_below_a_gigabyte()
    {
        var json = Path.Combine(_folder, "faces.jsonl");
        var images = Directory.CreateDirectory(Path.Combine(_folder, "images")).FullName;
        var count = HostileImages.Write(images, 10 * Repetitions.Of(16));
        using var process = Tool.Start("Detect", "fer-detect", ["--input", Path.Combine(images, "*"), "--model", trained.Model, "--headless", "--json", json, "--threads", "2"]);
        var memory = PeakMemory(process);

        var result = Tool.Wait(process);

        Assert.True(result.ExitCode == 0, result.Error);
        var lines = await File.ReadAllLinesAsync(json, TestContext.Current.CancellationToken);
        Schemas.AssertValid("detect-line", lines);
        string[] read = [.. lines.Where(line => !line.Contains("\"error\":", StringComparison.Ordinal)).Select(line =>
        {
            using var frame = JsonDocument.Parse(line);
            return frame.RootElement.GetProperty("source").GetString()!;
        })];
        // The last line counts the frames.
        var named = result.ErrorLines[..^1].Where(line => line.StartsWith("warning: ", StringComparison.Ordinal)).ToArray();
        var files = Directory.GetFiles(images).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(count, files.Length);
        Assert.Equal(count, lines.Length);
        Assert.All(files, file => Assert.Equal(1, read.Count(source => source == file) + named.Count(line => line.Contains(file, StringComparison.Ordinal))));
        // No library writes lines of its own.
        Assert.Equal(named, result.ErrorLines.Where(line => !line.Contains(" frame", StringComparison.Ordinal) && !IsTable(line) && !line.StartsWith("skipped ", StringComparison.Ordinal) && !line.StartsWith("detector: ", StringComparison.Ordinal) && !line.Contains("--faces whole", StringComparison.Ordinal)));
        var peak = await memory;
        Assert.InRange(peak, 1, Gigabyte);
        TestContext.Current.SendDiagnosticMessage($"{count} hostile images: {read.Length} read, {named.Length} named, peak memory {peak / 1e6:0} MB");
    }

    /// <summary>Whether a line belongs to the summary of all images: its header, or the numbers below it.</summary>
    private static bool IsTable(string line) => line.StartsWith("images ", StringComparison.Ordinal) || (line.StartsWith(' ') && line.EndsWith('%'));

    /// <summary>The largest resident memory while the process runs, in bytes.</summary>
    private static Task<long> PeakMemory(Process process) => Task.Run(() =>
    {
        var peak = 0L;
        var status = $"/proc/{process.Id}/status";
        while (true)
        {
            try
            {
                var line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is null)
                {
                    return peak;
                }

                peak = Math.Max(peak, 1024 * long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                return peak;
            }

            Thread.Sleep(20);
        }
    }, TestContext.Current.CancellationToken);
}
