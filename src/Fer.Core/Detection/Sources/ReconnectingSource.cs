using System.Diagnostics;

namespace Fer.Core.Detection.Sources;

/// <summary>Reopens a live source when the connection is lost, with increasing pauses, until it is back.</summary>
internal sealed class ReconnectingSource : IFrameSource
{
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.5, 1, 2, 4, 8 }.Select(TimeSpan.FromSeconds)];

    // After a shorter connection the pauses keep increasing instead of starting again.
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(10);

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
    private volatile string? _status;

    /// <summary>Opens the source for the first time.</summary>
    /// <exception cref="FerException">It cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The options' token was canceled.</exception>
    public ReconnectingSource(string name, Func<CancellationToken, IFrameSource> open, SourceOptions options)
        : this(name, open, options, (pause, token) => token.WaitHandle.WaitOne(pause))
    {
    }

    /// <summary>With a wait function for tests, which returns whether it was canceled.</summary>
    internal ReconnectingSource(string name, Func<CancellationToken, IFrameSource> open, SourceOptions options, Func<TimeSpan, CancellationToken, bool> wait)
    {
        _name = name;
        _open = open;
        _warn = options.Warn;
        _wait = wait;
        _source = Open(options.Cancellation);
        FramesPerSecond = _source.FramesPerSecond;
    }

    /// <summary>Asked before the source is opened again: whether it is over for good.</summary>
    /// <exception cref="FerException">It does not answer.</exception>
    public Func<CancellationToken, bool> HasEnded { get; init; } = _ => false;

    public bool IsLive => true;

    public double FramesPerSecond { get; }

    public string? Status => _status;

    /// <inheritdoc/>
    /// <remarks>Frame numbers and times continue after an interruption.</remarks>
    /// <exception cref="FerException">The source responds, but reconnecting would not help.</exception>
    public bool Read(Frame frame, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            if (!_isLost && TryRead(frame, token))
            {
                _last = _before + frame.Number;
                frame.Fill(_last, Stopwatch.GetElapsedTime(_started), frame.Source, frame.TakenAt);
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
        // The next read reports the loss; until then a lost source is not used.
        _isLost = _isLost || !TrySkip();
        return true;
    }

    public void Dispose() => _source?.Dispose();

    private bool TryRead(Frame frame, CancellationToken token)
    {
        try
        {
            return _source?.Read(frame, token) == true;
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            return false;
        }
    }

    private bool TrySkip()
    {
        try
        {
            return _source?.Skip() == true;
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            return false;
        }
    }

    /// <summary>Opens the source; whatever a library throws is the one expected failure.</summary>
    private IFrameSource Open(CancellationToken token)
    {
        try
        {
            return _open(token);
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            token.ThrowIfCancellationRequested();
            throw new FerException($"{_name} cannot be opened: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}", failure);
        }
    }

    private static bool IsLoss(Exception failure) => failure is not (FerException or OperationCanceledException);

    private bool Reopen(CancellationToken token)
    {
        _source?.Dispose();
        _source = null;
        _before = _last + 1;
        _warn($"{_name} lost; reconnecting");
        _attempt = Stopwatch.GetElapsedTime(_openedAt) > StableAfter ? 0 : _attempt;
        while (true)
        {
            var pause = Pauses[Math.Min(_attempt++, Pauses.Length - 1)];
            _status = $"{_name} lost, reconnecting in {pause.TotalSeconds:0.#} s";
            if (_wait(pause, token))
            {
                return false;
            }

            try
            {
                if (HasEnded(token))
                {
                    _warn($"{_name} has ended");
                    return false;
                }

                _source = Open(token);
                _openedAt = Stopwatch.GetTimestamp();
                _isLost = false;
                _status = null;
                _warn($"{_name} reconnected");
                return true;
            }
            catch (FerException)
            {
                // Still unavailable.
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
