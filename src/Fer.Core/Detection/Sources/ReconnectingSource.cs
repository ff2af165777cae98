using System.Diagnostics;

namespace Fer.Core.Detection.Sources;

/// <summary>Keeps a live source going: when it is lost, opens it again, with growing pauses, until it is back.</summary>
internal sealed class ReconnectingSource : IFrameSource
{
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.5, 1, 2, 4, 8 }.Select(TimeSpan.FromSeconds)];

    // A source that is lost again sooner was not really back: the pauses go on growing.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly Func<CancellationToken, IFrameSource> _open;
    private readonly Action<string> _warn;
    private readonly Func<TimeSpan, CancellationToken, bool> _wait;
    private readonly long _started = Stopwatch.GetTimestamp();
    private IFrameSource? _source;
    private long _openedAt = Stopwatch.GetTimestamp();
    private int _attempt;
    private bool _isLost;
    private long _before;
    private long _last = -1;
    private volatile string? _notice;

    /// <summary>Opens the source for the first time.</summary>
    /// <exception cref="FerException">It does not open.</exception>
    /// <exception cref="OperationCanceledException">The options' token was canceled meanwhile.</exception>
    public ReconnectingSource(string name, Func<CancellationToken, IFrameSource> open, SourceOptions options)
        : this(name, open, options, (pause, token) => token.WaitHandle.WaitOne(pause))
    {
    }

    /// <summary>With a pause of one's own, which returns whether it was canceled.</summary>
    internal ReconnectingSource(string name, Func<CancellationToken, IFrameSource> open, SourceOptions options, Func<TimeSpan, CancellationToken, bool> wait)
    {
        _name = name;
        _open = open;
        _warn = options.Warn;
        _wait = wait;
        _source = open(options.Cancellation);
        FramesPerSecond = _source.FramesPerSecond;
    }

    public bool IsLive => true;

    public double FramesPerSecond { get; }

    public string? Notice => _notice;

    /// <inheritdoc/>
    /// <remarks>Numbers and times go on over an interruption.</remarks>
    public bool Read(Frame frame, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            if (_source is not null && !_isLost && _source.Read(frame, token))
            {
                frame.Number += _before;
                frame.Time = Stopwatch.GetElapsedTime(_started);
                _last = frame.Number;
                return true;
            }

            if (token.IsCancellationRequested || !Reopen(token))
            {
                return false;
            }
        }

        return false;
    }

    public bool Skip()
    {
        // A loss shows at the next read, and a source that is lost is not asked again before.
        _isLost = _isLost || _source?.Skip() == false;
        return true;
    }

    public void Dispose() => _source?.Dispose();

    private bool Reopen(CancellationToken token)
    {
        _source?.Dispose();
        _source = null;
        _before = _last + 1;
        _warn($"{_name} lost; trying to open it again");
        _attempt = Stopwatch.GetElapsedTime(_openedAt) > Steady ? 0 : _attempt;
        while (true)
        {
            var pause = Pauses[Math.Min(_attempt++, Pauses.Length - 1)];
            _notice = $"{_name} lost, trying again in {pause.TotalSeconds:0.#} s";
            if (_wait(pause, token))
            {
                return false;
            }

            try
            {
                _source = _open(token);
                _openedAt = Stopwatch.GetTimestamp();
                _isLost = false;
                _notice = null;
                _warn($"{_name} is back");
                return true;
            }
            catch (FerException)
            {
                // Still away.
            }
        }
    }
}
