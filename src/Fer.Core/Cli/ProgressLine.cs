using System.Diagnostics;

namespace Fer.Core.Cli;

/// <summary>
/// A progress bar in the last line of a terminal; in a file or pipe a line a minute, so that logs stay readable.
/// </summary>
public sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Before that, loading and warming up would dominate the estimate.
    private static readonly TimeSpan EstimateAfter = TimeSpan.FromSeconds(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TextWriter? _log;
    private TextWriter? _terminal;
    private DateTime _next, _lastLine = DateTime.UtcNow;

    /// <summary>A bar on stderr, unless <c>--quiet</c> asks for silence.</summary>
    public ProgressLine()
        : this(StderrIf(!Console.IsErrorRedirected), StderrIf(Console.IsErrorRedirected))
    {
    }

    /// <param name="terminal">For the bar; null for none.</param>
    /// <param name="log">For lines where there is no terminal; null for none.</param>
    internal ProgressLine(TextWriter? terminal, TextWriter? log = null) => (_terminal, _log) = (terminal, log);

    internal TimeSpan LogInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Draws the bar, at most ten times a second.</summary>
    /// <param name="fraction">0..1.</param>
    /// <param name="text">The text after the bar.</param>
    public void Show(double fraction, string text)
    {
        var now = DateTime.UtcNow;
        if (_log is not null && now >= _lastLine + LogInterval)
        {
            _lastLine = now;
            Messages.Say(_log, $"{Math.Clamp(fraction, 0, 1):0%} {text}");
        }

        if (_terminal is null || now < _next)
        {
            return;
        }

        _next = now + Pause;
        var filled = (int)Math.Round(Math.Clamp(fraction, 0, 1) * BarWidth);
        Write($"\r{new string('█', filled)}{new string('░', BarWidth - filled)} {FerException.OneLine(text)}\x1b[K");
    }

    /// <summary>Draws the bar with an estimate of the time left.</summary>
    /// <param name="fraction">0..1.</param>
    /// <param name="text">The text between bar and time.</param>
    public void ShowTimeLeft(double fraction, string text) => Show(fraction, $"{text}{TimeLeft(Stopwatch.GetElapsedTime(_started), fraction)}");

    internal static string TimeLeft(TimeSpan elapsed, double fraction) =>
        fraction > 0 && elapsed >= EstimateAfter ? $"  {Duration(elapsed * (1 / Math.Min(fraction, 1) - 1))} left" : "";

    /// <summary>Removes the bar, so that a line of text can be written in its place.</summary>
    public void Clear()
    {
        Write("\r\x1b[K");
        _next = default;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private static TextWriter? StderrIf(bool isWanted) => isWanted && Messages.Verbosity != Verbosity.Quiet ? Console.Error : null;

    private void Write(string text)
    {
        try
        {
            _terminal?.Write(text);
        }
        catch (IOException)
        {
            // The terminal is gone (a broken ssh connection): the work must still be saved.
            _terminal = null;
        }
    }

    /// <summary>A duration in words: <c>1h 05m</c>, <c>3m 20s</c>, <c>12s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time.TotalHours >= 1)
        {
            return $"{(int)time.TotalHours}h {time.Minutes:00}m";
        }

        return time.TotalMinutes >= 1 ? $"{time.Minutes}m {time.Seconds:00}s" : $"{time.TotalSeconds:0}s";
    }
}
