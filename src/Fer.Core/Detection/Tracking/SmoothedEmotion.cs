namespace Fer.Core.Detection.Tracking;

/// <summary>
/// The class probabilities of one face, smoothed exponentially in time: an observation weighs by the time since the one
/// before, so that the label is as steady at 10 as at 60 frames a second.
/// </summary>
internal sealed class SmoothedEmotion(TrackingOptions options)
{
    // What the first observation counts for: the frame time of an ordinary camera.
    private static readonly TimeSpan FirstSpan = TimeSpan.FromSeconds(1.0 / 30);

    private double[] _sum = [];
    private double _weight;
    private TimeSpan _last;

    /// <summary>Of the last observation, unsmoothed.</summary>
    public IReadOnlyList<float> Probabilities { get; private set; } = [];

    /// <summary>Smoothed; they sum to 1.</summary>
    public IReadOnlyList<float> Smoothed { get; private set; } = [];

    /// <summary>The index of the shown label.</summary>
    public int Label { get; private set; } = -1;

    /// <summary>Takes what one frame says.</summary>
    public void Observe(float[] probabilities, TimeSpan time)
    {
        var span = Label < 0 ? FirstSpan : time - _last;
        _last = time;
        Probabilities = probabilities;
        Smoothed = options.Smoothing > TimeSpan.Zero ? Smooth(probabilities, span / options.Smoothing) : probabilities;
        var likeliest = ArgMax(Smoothed);
        var margin = options.Smoothing > TimeSpan.Zero ? options.Hysteresis : 0;
        if (Label < 0 || Smoothed[likeliest] > Smoothed[Label] + margin)
        {
            Label = likeliest;
        }
    }

    /// <summary>
    /// Divides by the sum of the weights, which corrects the start: the first frames are averaged, none is taken for
    /// the whole past (the bias correction of Adam, Kingma and Ba 2015).
    /// </summary>
    private float[] Smooth(float[] probabilities, double spans)
    {
        Array.Resize(ref _sum, probabilities.Length);
        var keep = Math.Exp(-spans);
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
