using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>The program ffmpeg, which reads and writes what the FFmpeg in OpenCV's package cannot: AV1, H.264, sound, addresses.</summary>
internal static partial class FfmpegProgram
{
    // Before 5.1, frames are passed through with another option.
    private const double PassThroughSince = 5.1;

    private static readonly Lazy<bool> H264 = new(() => IsInstalled && Run("-hide_banner", "-encoders").Contains(" libx264 ", StringComparison.Ordinal));
    private static readonly Lazy<string[]> PassThroughArguments = new(() =>
        Version().Match(Run("-version")) is { Success: true } match && double.Parse(match.ValueSpan[15..], CultureInfo.InvariantCulture) < PassThroughSince
            ? ["-vsync", "0"]
            : ["-fps_mode", "passthrough"]);

    /// <summary>Whether there is an ffmpeg on the path.</summary>
    public static bool IsInstalled { get; } = IsOnPath("ffmpeg");

    /// <summary>Whether it encodes H.264; some distributions leave that out.</summary>
    public static bool EncodesH264 => H264.Value;

    /// <summary>The arguments that keep every frame once, at any frame rate.</summary>
    public static IReadOnlyList<string> PassThrough => PassThroughArguments.Value;

    /// <summary>
    /// Starts ffmpeg with its standard input and output redirected, and its messages as well. In a session of its own,
    /// because Ctrl+C is for this process, which then lets ffmpeg complete its file.
    /// </summary>
    /// <exception cref="FerException">There is no such program.</exception>
    public static Process Start(IEnumerable<string> arguments)
    {
        string[] command = IsOnPath("setsid") ? ["setsid", "ffmpeg", .. arguments] : ["ffmpeg", .. arguments];
        try
        {
            return Process.Start(new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new FerException("the program ffmpeg cannot be started; install the package ffmpeg", failure);
        }
    }

    /// <summary>Ends a process, whatever it is doing.</summary>
    public static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Run(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    [GeneratedRegex("^ffmpeg version [0-9]+\\.[0-9]+")]
    private static partial Regex Version();
}
