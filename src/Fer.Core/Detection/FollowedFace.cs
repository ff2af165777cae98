using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>One face from frame to frame: where it is, how it moves, and what it expresses.</summary>
internal sealed class FollowedFace(int identity, Rect box, TimeSpan time, TrackingOptions options)
{
    // Time constant of the speed, and for how long it is trusted once the face is out of sight.
    private const double SpeedSmoothing = 0.25, SpeedTrust = 0.8;

    private Point2d _centre = CentreOf(box);
    private Size2d _size = new(box.Width, box.Height);
    private Point2d _speed;

    public int Identity => identity;

    public TimeSpan LastSeen { get; private set; } = time;

    public SmoothedEmotion Emotion { get; } = new(options);

    /// <summary>Where the face is, or was going when it was missed.</summary>
    public Rect Box { get; private set; } = box;

    /// <summary>Where the face should be at a time.</summary>
    public Rect Expected(TimeSpan time)
    {
        var span = Math.Min((time - LastSeen).TotalSeconds, SpeedTrust);
        return BoxAround(_centre + _speed * span, _size);
    }

    /// <summary>Takes a box that the detector found.</summary>
    public void See(Rect found, TimeSpan time)
    {
        var span = (time - LastSeen).TotalSeconds;
        var gain = options.Smoothing > TimeSpan.Zero ? 1 - Math.Exp(-span / options.BoxSmoothing.TotalSeconds) : 1;
        var expected = _centre + _speed * span;
        var centre = expected + (CentreOf(found) - expected) * gain;
        if (span > 0)
        {
            var keep = Math.Exp(-span / SpeedSmoothing);
            _speed = _speed * keep + (CentreOf(found) - _centre) * ((1 - keep) / span);
        }

        _centre = centre;
        _size = new Size2d(_size.Width + (found.Width - _size.Width) * gain, _size.Height + (found.Height - _size.Height) * gain);
        LastSeen = time;
        Box = BoxAround(_centre, _size);
    }

    /// <summary>Moves the box on where the detector missed the face.</summary>
    public void Miss(TimeSpan time) => Box = Expected(time);

    public FaceReading Reading(Rect visible, bool isHeld) =>
        new(identity, visible, Emotion.Label, Emotion.Probabilities, Emotion.Smoothed, isHeld);

    private static Point2d CentreOf(Rect box) => new(box.X + box.Width / 2.0, box.Y + box.Height / 2.0);

    private static Rect BoxAround(Point2d centre, Size2d size) => new(
        (int)Math.Round(centre.X - size.Width / 2),
        (int)Math.Round(centre.Y - size.Height / 2),
        Math.Max(1, (int)Math.Round(size.Width)),
        Math.Max(1, (int)Math.Round(size.Height)));
}
