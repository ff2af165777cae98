using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Fer.Core.Detection;

/// <summary>A bounded queue from one stage's thread to the next, which also carries the end or the failure of the stage.</summary>
/// <remarks>For one thread at each end.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Holds no handle of the system, and a stage that hangs may still return to a queue after the run.")]
internal sealed class BoundedQueue<T>(int capacity)
    where T : class
{
    private readonly BlockingCollection<T> _items = new(capacity);
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether the queue is complete and empty.</summary>
    /// <exception cref="Exception">The stage before failed with it.</exception>
    public bool IsFinished
    {
        get
        {
            if (!_items.IsCompleted)
            {
                return false;
            }

            _failure?.Throw();
            return true;
        }
    }

    /// <summary>Waits for room and adds an item.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public void Put(T item, CancellationToken token) => _items.Add(item, token);

    /// <summary>Adds an item without waiting: a full queue drops its oldest item, which is returned.</summary>
    public T? Replace(T item)
    {
        T? oldest = null;
        while (!_items.TryAdd(item))
        {
            // Fails only if the consumer is taking the last item, which makes room as well.
            if (_items.TryTake(out var taken))
            {
                oldest = taken;
            }
        }

        return oldest;
    }

    /// <summary>Waits for an item, at most as long as the timeout.</summary>
    /// <returns>False after the timeout, or if the queue is complete and empty.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="Exception">The stage before failed with it.</exception>
    public bool TryTake([NotNullWhen(true)] out T? item, TimeSpan timeout, CancellationToken token)
    {
        if (_items.TryTake(out item, (int)timeout.TotalMilliseconds, token))
        {
            return true;
        }

        _ = IsFinished;
        return false;
    }

    /// <summary>Takes items as long as some are there, without waiting; the end of the queue is left to the next call that waits.</summary>
    public void TakeReady(List<T> items, int most)
    {
        while (items.Count < most && _items.TryTake(out var item))
        {
            items.Add(item);
        }
    }

    /// <summary>Marks the end of the items. A failure is thrown to the consumer after the last item.</summary>
    public void Complete(Exception? failure = null)
    {
        _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
        _items.CompleteAdding();
    }
}
