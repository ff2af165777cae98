namespace Fer.Core.Detection;

/// <summary>Bounds the memory of the images between capture and sinks: many small ones may wait there, or a few large ones.</summary>
/// <param name="limit">In bytes; a single image may be larger.</param>
internal sealed class ImageMemory(long limit)
{
    // An unused frame keeps the memory of an image up to this size, in bytes, for the next one.
    private const long Kept = 4 << 20;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _returned = new(0);
    private long _used;

    /// <summary>Waits until there is room for the image of a frame.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public void Take(Frame frame, CancellationToken token)
    {
        frame.Bytes = frame.Image.Total() * frame.Image.ElemSize();
        while (!TryTake(frame.Bytes))
        {
            _returned.Wait(CheckInterval, token);
        }
    }

    /// <summary>Returns the memory of a frame that has been processed.</summary>
    public void Return(Frame frame)
    {
        if (frame.Bytes > Kept)
        {
            frame.Image.Release();
        }

        lock (_lock)
        {
            _used -= frame.Bytes;
        }

        if (_returned.CurrentCount == 0)
        {
            _returned.Release();
        }
    }

    private bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_used > 0 && _used + bytes > limit)
            {
                return false;
            }

            _used += bytes;
            return true;
        }
    }
}
