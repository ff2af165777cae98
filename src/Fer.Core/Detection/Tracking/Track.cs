using OpenCvSharp;

namespace Fer.Core.Detection.Tracking;

/// <summary>One face across frames: its bounding box, its motion and its emotion.</summary>
internal sealed class Track(int id, Rect box, TimeSpan time, TrackingOptions options)
{
    // Seconds: the time constant of the velocity, and for how long a lost face is assumed to keep moving.
    private const double VelocitySmoothing = 0.25, MaxPrediction = 0.8;

    private Point2d _center = CenterOf(box);
    private Size2d _size = new(box.Width, box.Height);
    private Point2d _velocity;

    public int Id => id;

    public TimeSpan LastDetected { get; private set; } = time;

    public SmoothedEmotion Emotion { get; } = new(options);

    /// <summary>Clockwise rotation of the head at the last detection, in degrees.</summary>
    public double Roll { get; private set; }

    /// <summary>The smoothed box of the last detection, or the predicted one if the face is lost.</summary>
    public Rect Box { get; private set; } = box;

    /// <summary>The predicted box at a time, for a face that keeps its velocity.</summary>
    public Rect PredictAt(TimeSpan time)
    {
        var interval = Math.Min((time - LastDetected).TotalSeconds, MaxPrediction);
        return BoxAround(_center + _velocity * interval, _size);
    }

    /// <summary>Remembers the rotation of the head, for the search in the next frame.</summary>
    public void Turn(double roll) => Roll = roll;

    /// <summary>Updates the track with a detected bounding box.</summary>
    public void Update(Rect detected, TimeSpan time)
    {
        var interval = (time - LastDetected).TotalSeconds;
        var gain = options.Smoothing > TimeSpan.Zero ? 1 - Math.Exp(-interval / options.BoxSmoothing.TotalSeconds) : 1;
        var predicted = _center + _velocity * interval;
        var center = predicted + (CenterOf(detected) - predicted) * gain;
        if (interval > 0)
        {
            var keep = Math.Exp(-interval / VelocitySmoothing);
            _velocity = _velocity * keep + (CenterOf(detected) - _center) * ((1 - keep) / interval);
        }

        _center = center;
        _size.Width += (detected.Width - _size.Width) * gain;
        _size.Height += (detected.Height - _size.Height) * gain;
        LastDetected = time;
        Box = BoxAround(_center, _size);
    }

    /// <summary>Moves the box to its predicted position when the detector misses the face.</summary>
    public void Predict(TimeSpan time) => Box = PredictAt(time);

    private static Point2d CenterOf(Rect box) => new(box.X + box.Width / 2.0, box.Y + box.Height / 2.0);

    private static Rect BoxAround(Point2d center, Size2d size) => new(
        (int)Math.Round(center.X - size.Width / 2),
        (int)Math.Round(center.Y - size.Height / 2),
        Math.Max(1, (int)Math.Round(size.Width)),
        Math.Max(1, (int)Math.Round(size.Height)));
}
