using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Fer.Core.Detection;

/// <summary>A bounded queue from one stage's thread to the next, which carries the end and the failure of a stage too.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing, and a stage that hangs may still come back to it.")]
internal sealed class BoundedQueue<T>(int capacity)
    where T : class
{
    private readonly Queue<T> _items = new(capacity);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _free = new(capacity);
    private ExceptionDispatchInfo? _failure;
    private volatile bool _completed;

    /// <summary>Whether nothing will come any more.</summary>
    /// <exception cref="Exception">The stage before ended by this failure.</exception>
    public bool IsFinished
    {
        get
        {
            lock (_lock)
            {
                if (!_completed || _items.Count > 0)
                {
                    return false;
                }
            }

            _failure?.Throw();
            return true;
        }
    }

    /// <summary>Waits for room and adds an item.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public void Put(T item, CancellationToken token)
    {
        _free.Wait(token);
        Add(item);
    }

    /// <summary>Adds an item at once; where there is no room, the oldest item makes way and is returned.</summary>
    public T? Replace(T item)
    {
        if (_free.Wait(0))
        {
            Add(item);
            return null;
        }

        lock (_lock)
        {
            if (_items.TryDequeue(out var oldest))
            {
                _items.Enqueue(item);
                return oldest;
            }
        }

        // The last item was being taken just now.
        _free.Wait();
        Add(item);
        return null;
    }

    /// <summary>Waits at most this long for an item.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public bool TryTake([NotNullWhen(true)] out T? item, TimeSpan patience, CancellationToken token)
    {
        item = null;
        if (!_filled.Wait(patience, token))
        {
            return false;
        }

        lock (_lock)
        {
            if (_items.TryDequeue(out item))
            {
                _free.Release();
                return true;
            }
        }

        // The end: leave the signal for whoever asks again.
        _filled.Release();
        _failure?.Throw();
        return false;
    }

    /// <summary>Says that nothing more will come, and why if that is a failure, which <see cref="TryTake"/> then throws.</summary>
    public void Complete(Exception? failure = null)
    {
        _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
        _completed = true;
        _filled.Release();
    }

    private void Add(T item)
    {
        lock (_lock)
        {
            _items.Enqueue(item);
        }

        _filled.Release();
    }
}
