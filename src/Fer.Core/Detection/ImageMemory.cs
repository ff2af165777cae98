using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Bounds the memory of the images between capture and sinks: many small ones may wait there, or a few large ones.</summary>
/// <param name="limit">In bytes; a single image may be larger.</param>
internal sealed class ImageMemory(long limit)
{
    // An unused frame keeps the memory of an image up to this size, in bytes, for the next one.
    private const long Kept = 4 << 20;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();
    private long _used;

    /// <summary>Waits until there is room for the image of a frame.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public void Take(Frame frame, CancellationToken token)
    {
        frame.Bytes = frame.Image.Total() * frame.Image.ElemSize();
        lock (_gate)
        {
            while (_used > 0 && _used + frame.Bytes > limit)
            {
                token.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, CheckInterval);
            }

            _used += frame.Bytes;
        }
    }

    /// <summary>Returns the memory of a frame that has been processed.</summary>
    public void Return(Frame frame)
    {
        if (frame.Bytes > Kept)
        {
            // Mat.Release would dispose of the image, which the next frame needs.
            frame.Image.Create(1, 1, MatType.CV_8UC1);
        }

        lock (_gate)
        {
            _used -= frame.Bytes;
            Monitor.PulseAll(_gate);
        }
    }
}
