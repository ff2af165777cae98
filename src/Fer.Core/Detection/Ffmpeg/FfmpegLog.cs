using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>A decoded frame, as ffmpeg's filter showinfo describes it.</summary>
/// <param name="Time">Since the beginning of the file.</param>
/// <param name="Width">In pixels, after rotation.</param>
/// <param name="Height">In pixels, after rotation.</param>
internal sealed record DecodedFrame(TimeSpan Time, int Width, int Height);

/// <summary>What ffmpeg says on stderr while it decodes: raw frames on stdout have neither size nor time.</summary>
internal sealed partial class FfmpegLog
{
    private readonly BlockingCollection<DecodedFrame> _frames = [];
    private string _lastMessage = "";

    /// <summary>Reads the messages on a thread of its own, until they end.</summary>
    public FfmpegLog(TextReader messages)
    {
        var thread = new Thread(() =>
        {
            while (messages.ReadLine() is { } line)
            {
                Add(line);
            }

            _frames.CompleteAdding();
        })
        { IsBackground = true, Name = "ffmpeg log" };
        thread.Start();
    }

    /// <summary>Of the file; zero if unknown.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Frames per second; 0 if unknown.</summary>
    public double FramesPerSecond { get; private set; }

    /// <summary>The last message, which says why ffmpeg ended, without the secrets of the addresses it quotes, such as those of a playlist's parts.</summary>
    /// <param name="address">What ffmpeg reads.</param>
    /// <param name="name">What to call it.</param>
    public string LastMessage(string address, string name) => Secrets.Hide(_lastMessage.Replace(address, name, StringComparison.Ordinal));

    /// <summary>Whether the file has streams, but none of video.</summary>
    public bool LacksVideo { get; private set; }

    /// <summary>Waits for the description of the next frame; null at the end.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public DecodedFrame? Next(CancellationToken token) => _frames.TryTake(out var frame, Timeout.Infinite, token) ? frame : null;

    private void Add(string line)
    {
        if (FrameLine().Match(line) is { Success: true } frame)
        {
            // Some streams have frames without a time: the source gives them one.
            var seconds = double.TryParse(frame.Groups["time"].ValueSpan, CultureInfo.InvariantCulture, out var known) ? known : 0;
            _frames.Add(new DecodedFrame(TimeSpan.FromSeconds(Math.Max(0, seconds)), Whole(frame, "width"), Whole(frame, "height")));
        }
        else if (RateLine().Match(line) is { Success: true } rate)
        {
            FramesPerSecond = Whole(rate, "per") > 0 ? Whole(rate, "frames") / (double)Whole(rate, "per") : 0;
        }
        else if (DurationLine().Match(line) is { Success: true } duration && Duration == TimeSpan.Zero)
        {
            Duration = TimeSpan.TryParse(duration.Groups["time"].Value, CultureInfo.InvariantCulture, out var time) ? time : TimeSpan.Zero;
        }
        else if (!line.Contains("showinfo", StringComparison.Ordinal))
        {
            _lastMessage = line.Trim();
            LacksVideo |= line.Contains("matches no streams", StringComparison.Ordinal);
        }
    }

    private static int Whole(Match match, string group) => int.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex("""showinfo.* n: *\d+ .*pts_time:(?<time>\S+) .* s:(?<width>\d+)x(?<height>\d+) """)]
    private static partial Regex FrameLine();

    [GeneratedRegex("""showinfo.* config in .*frame_rate: (?<frames>\d+)/(?<per>\d+)""")]
    private static partial Regex RateLine();

    [GeneratedRegex("""^  Duration: (?<time>[0-9:.]+),""")]
    private static partial Regex DurationLine();
}
