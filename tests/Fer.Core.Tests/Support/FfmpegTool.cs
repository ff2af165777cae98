using System.Diagnostics;
using Fer.Core.Detection.Ffmpeg;

namespace Fer.Core.Tests.Support;

/// <summary>The programs ffmpeg and ffprobe, for tests that skip without them.</summary>
internal static class FfmpegTool
{
    public static void SkipIfMissing() => Assert.SkipUnless(FfmpegProgram.EncodesH264, "the program ffmpeg with libx264 is not installed");

    /// <summary>Runs ffmpeg; the last argument is the file it writes, which is returned.</summary>
    public static string Make(params string[] arguments)
    {
        Run("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);
        return arguments[^1];
    }

    /// <summary>One field of each stream of a file, its codec_name, say; or of another section.</summary>
    public static string[] Probe(string path, string field, string section = "stream") =>
        Run("ffprobe", ["-v", "error", "-show_entries", $"{section}={field}", "-of", "csv=p=0", path]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The ffmpeg whose arguments name a folder, as soon as it has replaced setsid.</summary>
    public static Process Writing(TemporaryFolder folder)
    {
        string? found = null;
        Assert.True(SpinWait.SpinUntil(() => (found = Array.Find(Directory.GetDirectories("/proc"), IsWriter)) is not null, TimeSpan.FromSeconds(20)));
        return Process.GetProcessById(int.Parse(Path.GetFileName(found!), System.Globalization.CultureInfo.InvariantCulture));

        bool IsWriter(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")) is var line && line.StartsWith("ffmpeg", StringComparison.Ordinal) && line.Contains(folder.Path, StringComparison.Ordinal);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Not a process, or one that has ended meanwhile.
                return false;
            }
        }
    }

    private static string Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
