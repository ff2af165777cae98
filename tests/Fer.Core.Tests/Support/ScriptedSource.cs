using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A source that gives as many gray images as it was told to, each as bright as its number.</summary>
internal sealed class ScriptedSource(int count, bool isLive = false, double framesPerSecond = 25) : IFrameSource
{
    private int _next;

    public bool IsLive => isLive;

    public double FramesPerSecond => framesPerSecond;

    public string? Notice { get; set; }

    public bool IsDisposed { get; private set; }

    public Size Size { get; init; } = new(64, 48);

    /// <summary>Called before each image, with its number.</summary>
    public Action<int> Before { get; init; } = _ => { };

    /// <summary>How many images were given or passed over.</summary>
    public int Given => Volatile.Read(ref _next);

    public bool Read(Frame frame, CancellationToken token)
    {
        if (_next >= count)
        {
            return false;
        }

        Before(_next);
        frame.Image.Create(Size, MatType.CV_8UC3);
        frame.Image.SetTo(Scalar.All(_next % 256));
        frame.Number = _next;
        frame.Time = TimeSpan.FromSeconds(_next / framesPerSecond);
        frame.Source = "script";
        frame.IsStill = false;
        _next++;
        return true;
    }

    public bool Skip() => ++_next < count;

    public void Dispose() => IsDisposed = true;
}
