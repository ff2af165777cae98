namespace Fer.Core;

/// <summary>
/// Counter-based random numbers: each is a hash of a key and a counter. Shuffles, augmentation and dropout that draw
/// from (seed, epoch, step) are the same in a resumed run and for any number of threads.
/// </summary>
public struct CounterRandom(ulong key)
{
    // The increment of SplitMix64: 2^64 divided by the golden ratio, made odd.
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _counter;

    /// <summary>An independent sequence for each seed and path.</summary>
    public static CounterRandom For(ulong seed, params ReadOnlySpan<int> path)
    {
        foreach (var part in path)
        {
            seed = Mix(seed, (ulong)part);
        }

        return new CounterRandom(seed);
    }

    /// <summary>The 64 bits at a position in the sequence of a key (the finalizer of SplitMix64, Steele et al. 2014).</summary>
    public static ulong Mix(ulong key, ulong counter)
    {
        var z = key + (counter + 1) * Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits() => Mix(key, _counter++);

    /// <summary>Uniform in [0, 1), in steps of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0..bound-1 (multiply-shift, Lemire 2019; the bias is below 2^-32).</summary>
    public int Next(int bound) => (int)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>A standard normal number (Box-Muller).</summary>
    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Shuffles in place (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
