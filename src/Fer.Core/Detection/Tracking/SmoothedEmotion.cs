namespace Fer.Core.Detection.Tracking;

/// <summary>
/// The class probabilities of one face as an exponential moving average over time. A frame is weighted by the time since
/// the previous one, so that the label is equally stable at 10 and at 60 frames per second.
/// </summary>
internal sealed class SmoothedEmotion(TrackingOptions options)
{
    // The weight of the first frame: the frame interval of a typical camera.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1.0 / 30);

    private double[] _sum = [];
    private double _weight;
    private TimeSpan _last;

    /// <summary>The probabilities of the last detection, not smoothed.</summary>
    public IReadOnlyList<float> Probabilities { get; private set; } = [];

    /// <summary>The smoothed probabilities, which sum to 1.</summary>
    public IReadOnlyList<float> Smoothed { get; private set; } = [];

    /// <summary>The index of the displayed label; -1 before the first update.</summary>
    public int Label { get; private set; } = -1;

    /// <summary>Adds the prediction for one frame.</summary>
    public void Update(float[] probabilities, TimeSpan time)
    {
        var interval = Label < 0 ? FirstInterval : time - _last;
        _last = time;
        Probabilities = probabilities;
        Smoothed = options.Smoothing > TimeSpan.Zero ? Smooth(probabilities, interval / options.Smoothing) : probabilities;
        var best = ArgMax(Smoothed);
        var margin = options.Smoothing > TimeSpan.Zero ? options.Hysteresis : 0;
        if (Label < 0 || Smoothed[best] > Smoothed[Label] + margin)
        {
            Label = best;
        }
    }

    /// <summary>
    /// Divides by the sum of the weights, so that the first frames are averaged instead of being pulled toward the initial
    /// zeros (the bias correction of Adam, Kingma and Ba 2015).
    /// </summary>
    private float[] Smooth(float[] probabilities, double intervals)
    {
        Array.Resize(ref _sum, probabilities.Length);
        var keep = Math.Exp(-intervals);
        _weight = _weight * keep + (1 - keep);
        var smoothed = new float[probabilities.Length];
        for (var i = 0; i < smoothed.Length; i++)
        {
            _sum[i] = _sum[i] * keep + probabilities[i] * (1 - keep);
            smoothed[i] = _weight > 0 ? (float)(_sum[i] / _weight) : probabilities[i];
        }

        return smoothed;
    }

    private static int ArgMax(IReadOnlyList<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Count; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
