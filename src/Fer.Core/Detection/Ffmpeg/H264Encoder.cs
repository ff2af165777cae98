using System.Diagnostics;
using System.Globalization;
using OpenCvSharp;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>Encodes frames as H.264, which browsers play, by the program ffmpeg.</summary>
internal sealed class H264Encoder : IVideoEncoder
{
    // Visually near the original, at a size below that of most cameras' own files; "veryfast" keeps up with the detection.
    private const string Quality = "20", Preset = "veryfast";

    // The clock of the copy, as video files have it: times are kept to 11 microseconds.
    private const string Clock = "90000";

    // The exit code after SIGTERM, which systemd and a shutdown send to all processes of a service: ffmpeg completes its file first.
    private const int EndedBySignal = 255;

    // What ffmpeg says, with exit code 0, of a file whose end it could not write.
    private static readonly string[] WriteErrors = ["Error writing trailer", "Error closing file"];

    private readonly Process _process;
    private readonly Task<string> _messages;
    private readonly RawMatroska? _timed;

    /// <summary>Starts an encoder.</summary>
    /// <param name="path">The file; its extension chooses the container.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="size">Even numbers.</param>
    /// <param name="keepsTimes">Whether every frame has a time of its own; the rate is then that of the average.</param>
    public H264Encoder(string path, double rate, Size size, bool keepsTimes)
    {
        string[] input = !keepsTimes
            ? ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", $"{size.Width}x{size.Height}", "-r", rate.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0"]
            : ["-f", "matroska", "-i", "pipe:0", .. FfmpegProgram.PassThrough, "-enc_time_base", $"1:{Clock}"];
        _process = FfmpegProgram.Start(
        [
            "-hide_banner", "-v", "error", "-y", .. input, "-c:v", "libx264", "-preset", Preset, "-crf", Quality, "-pix_fmt", "yuv420p", .. FastStart(path), path,
        ]);
        _messages = _process.StandardError.ReadToEndAsync();
        _timed = keepsTimes ? new RawMatroska(_process.StandardInput.BaseStream, size, rate) : null;
    }

    /// <inheritdoc/>
    public bool KeepsTimes => _timed is not null;

    /// <inheritdoc/>
    public void Write(Mat image, TimeSpan time)
    {
        if (_timed is not null)
        {
            _timed.Write(image, time);
            return;
        }

        _process.StandardInput.BaseStream.Write(image.AsSpan<byte>());
    }

    /// <inheritdoc/>
    public string? Complete()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The encoder has ended: its exit code says the rest.
        }

        // On a full disk, ffmpeg reports an error and ends with 0.
        var errors = _messages.GetAwaiter().GetResult();
        _process.WaitForExit();
        if (errors.Length > 0)
        {
            return $"ffmpeg says '{LastLine(errors)}'; check the free disk space";
        }

        return _process.ExitCode is 0 or EndedBySignal ? null : $"ffmpeg ended with exit code {_process.ExitCode}";
    }

    /// <summary>Copies a video and adds the sound of another, from a time on and as long as the video is.</summary>
    /// <returns>Null, or what ffmpeg says if it cannot.</returns>
    public static string? AddSound(string video, string original, TimeSpan start, TimeSpan length, string path)
    {
        using var process = FfmpegProgram.Start(
        [
            "-nostdin", "-hide_banner", "-v", "error", "-y", "-i", video,
            "-ss", Seconds(start), "-t", Seconds(length), "-i", Path.GetFullPath(original),
            "-map", "0:v", "-map", "1:a?", "-c:v", "copy", .. FastStart(path), path,
        ]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        // Messages about the original are no reason to do without its sound; those about the copy are, even with exit code 0.
        var isComplete = process.ExitCode == 0 && new FileInfo(path) is { Exists: true, Length: > 0 } && !WriteErrors.Any(error => errors.Contains(error, StringComparison.Ordinal));
        return isComplete ? null : LastLine(errors);
    }

    public void Dispose() => FfmpegProgram.Stop(_process);

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];

    /// <summary>The index first, so that a browser plays the file while it is loading.</summary>
    private static string[] FastStart(string path) => Path.GetExtension(path).ToLowerInvariant() is ".mp4" or ".mov" ? ["-movflags", "+faststart"] : [];

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
