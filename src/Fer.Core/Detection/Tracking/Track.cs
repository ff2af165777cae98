using OpenCvSharp;

namespace Fer.Core.Detection.Tracking;

/// <summary>One face across frames: its position, its motion and its emotion.</summary>
internal sealed class Track(int id, Rect box, TimeSpan time, TrackingOptions options)
{
    // Time constant of the speed, and for how long it is trusted once the face is out of sight.
    private const double SpeedSmoothing = 0.25, SpeedTrust = 0.8;

    private Point2d _center = CenterOf(box);
    private Size2d _size = new(box.Width, box.Height);
    private Point2d _speed;

    public int Id => id;

    public TimeSpan LastSeen { get; private set; } = time;

    public SmoothedEmotion Emotion { get; } = new(options);

    /// <summary>Where the face is, or was going when it was lost.</summary>
    public Rect Box { get; private set; } = box;

    /// <summary>Where the face should be at a time.</summary>
    public Rect Expected(TimeSpan time)
    {
        var span = Math.Min((time - LastSeen).TotalSeconds, SpeedTrust);
        return BoxAround(_center + _speed * span, _size);
    }

    /// <summary>Updates the track with a detected bounding box.</summary>
    public void Update(Rect found, TimeSpan time)
    {
        var span = (time - LastSeen).TotalSeconds;
        var gain = options.Smoothing > TimeSpan.Zero ? 1 - Math.Exp(-span / options.BoxSmoothing.TotalSeconds) : 1;
        var expected = _center + _speed * span;
        var center = expected + (CenterOf(found) - expected) * gain;
        if (span > 0)
        {
            var keep = Math.Exp(-span / SpeedSmoothing);
            _speed = _speed * keep + (CenterOf(found) - _center) * ((1 - keep) / span);
        }

        _center = center;
        _size = new Size2d(_size.Width + (found.Width - _size.Width) * gain, _size.Height + (found.Height - _size.Height) * gain);
        LastSeen = time;
        Box = BoxAround(_center, _size);
    }

    /// <summary>Predicts the box where the detector lost the face.</summary>
    public void Predict(TimeSpan time) => Box = Expected(time);

    private static Point2d CenterOf(Rect box) => new(box.X + box.Width / 2.0, box.Y + box.Height / 2.0);

    private static Rect BoxAround(Point2d center, Size2d size) => new(
        (int)Math.Round(center.X - size.Width / 2),
        (int)Math.Round(center.Y - size.Height / 2),
        Math.Max(1, (int)Math.Round(size.Width)),
        Math.Max(1, (int)Math.Round(size.Height)));
}
