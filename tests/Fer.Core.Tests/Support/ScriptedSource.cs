using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A source with a given number of gray frames, each as bright as its number.</summary>
internal sealed class ScriptedSource(int count, bool isLive = false, double framesPerSecond = 25) : IFrameSource
{
    private int _next;

    public bool IsLive => isLive;

    public double FramesPerSecond => framesPerSecond;

    public string? Status { get; set; }

    public bool IsDisposed { get; private set; }

    public Size Size { get; init; } = new(64, 48);

    /// <summary>Called before each frame, with its number.</summary>
    public Action<int> Before { get; init; } = _ => { };

    /// <summary>How many frames were read or skipped.</summary>
    public int Position => Volatile.Read(ref _next);

    public bool Read(Frame frame, CancellationToken token)
    {
        if (_next >= count)
        {
            return false;
        }

        Before(_next);
        frame.Image.Create(Size, MatType.CV_8UC3);
        frame.Image.SetTo(Scalar.All(_next % 256));
        frame.Fill(_next, TimeSpan.FromSeconds(_next / framesPerSecond), "script");
        _next++;
        return true;
    }

    public bool Skip() => ++_next < count;

    public void Dispose() => IsDisposed = true;
}
