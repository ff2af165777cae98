namespace Fer.Core.Data;

/// <summary>
/// Random augmentation of training images: affine map, contrast, brightness and exposure, blur and noise, random erasing. Bounds
/// are symmetric around no change unless stated otherwise; zero switches a transform off.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Largest rotation in degrees.</summary>
    public double Rotation { get; init; }

    /// <summary>Largest change of scale, as a fraction.</summary>
    public double Scale { get; init; }

    /// <summary>Largest shift, as a fraction of the width.</summary>
    public double Shift { get; init; }

    /// <summary>Probability of a horizontal flip, 0..1.</summary>
    public double Mirror { get; init; }

    /// <summary>Largest change of contrast around mid-gray, as a fraction.</summary>
    public double Contrast { get; init; }

    /// <summary>Largest change of brightness, as a fraction of the full range.</summary>
    public double Brightness { get; init; }

    /// <summary>Largest change of exposure in stops (factors of two) to the dark side, and half of it to the bright one; half of the images keep theirs.</summary>
    public double Exposure { get; init; }

    /// <summary>Largest standard deviation of a Gaussian blur, as a fraction of the width; half of the images get none.</summary>
    public double Blur { get; init; }

    /// <summary>Largest standard deviation of added noise, as a fraction of the full range; half of the images get none.</summary>
    public double Noise { get; init; }

    /// <summary>Probability of random erasing (Zhong et al. 2017), 0..1.</summary>
    public double Erase { get; init; }

    /// <summary>The presets of <c>--augment</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Augmentation> Named { get; } = new Dictionary<string, Augmentation>(StringComparer.Ordinal)
    {
        ["none"] = new(),
        ["light"] = Light,
        ["standard"] = Standard,
        ["strong"] = Standard with { Rotation = 20, Scale = 0.2, Contrast = 0.4, Brightness = 0.2, Blur = 0.02, Noise = 0.04 },
        // Detected boxes differ from FER2013's crops by a standard deviation of 14% in size, as this scale does.
        ["webcam"] = Standard with { Scale = 0.25, Exposure = 2, Blur = 0.03, Noise = 0.06 },
        ["light-webcam"] = Light with { Scale = 0.15, Exposure = 2, Blur = 0.03, Noise = 0.06 },
    };

    /// <summary>Only the affine map: equal random numbers show the same part of the face, in its own light and detail.</summary>
    public Augmentation Geometry => new() { Rotation = Rotation, Scale = Scale, Shift = Shift, Mirror = Mirror };

    /// <summary>Whether it can hide what a face shows by poor light, blur or noise.</summary>
    public bool Degrades => Exposure > 0 || Blur > 0 || Noise > 0;

    private static Augmentation Light => new() { Rotation = 10, Scale = 0.1, Shift = 0.08, Mirror = 0.5, Contrast = 0.2, Brightness = 0.1 };

    private static Augmentation Standard => new() { Rotation = 15, Scale = 0.15, Shift = 0.12, Mirror = 0.5, Contrast = 0.3, Brightness = 0.15, Erase = 0.5 };

    /// <summary>Writes an augmented image.</summary>
    /// <param name="face"><c>size * size</c> bytes.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="random">The random numbers of this image; a transform draws them whether it is on or off, except for the exposure.</param>
    /// <param name="output">Receives <c>size * size</c> values, 0..255.</param>
    public void Apply(ReadOnlySpan<byte> face, int size, CounterRandom random, Span<float> output)
    {
        var map = AffineMap.Draw(this, size, ref random);
        var contrast = 1 + (float)random.NextDouble(-Contrast, Contrast);
        var brightness = 255 * (float)random.NextDouble(-Brightness, Brightness);
        // Clamping at 0 leaves half of the images sharp and half without noise, as most are near a camera.
        var blur = Math.Max(0, (float)random.NextDouble(-Blur, Blur)) * size;
        var noise = 255 * Math.Max(0, (float)random.NextDouble(-Noise, Noise));
        var exposure = Exposure > 0 ? DrawExposure(ref random) : 1;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var value = map.Sample(face, x, y);
                output[y * size + x] = ((value - 127.5f) * contrast + 127.5f + brightness) * exposure;
            }
        }

        if (blur > 0)
        {
            GaussianBlur(blur, output, size);
        }

        for (var i = 0; noise > 0 && i < output.Length; i++)
        {
            output[i] += noise * (float)random.NextGaussian();
        }

        for (var i = 0; i < output.Length; i++)
        {
            output[i] = Math.Clamp(output[i], 0, 255);
        }

        if (random.NextDouble() < Erase)
        {
            EraseRectangle(output, size, ref random);
        }
    }

    /// <summary>The factor of the light: 1 for half of the images, below 1 for a third, above 1 for a sixth.</summary>
    private float DrawExposure(ref CounterRandom random)
    {
        var stops = Math.Max(0, random.NextDouble(-1.5, 1.5));
        return (float)Math.Pow(2, Exposure * (stops <= 1 ? -stops : stops - 1));
    }

    /// <summary>Separable Gaussian blur; edge pixels are replicated.</summary>
    private static void GaussianBlur(float sigma, Span<float> face, int size)
    {
        var radius = (int)Math.Ceiling(2.5f * sigma);
        Span<float> weights = stackalloc float[radius + 1];
        var sum = 0f;
        for (var k = 0; k <= radius; k++)
        {
            weights[k] = MathF.Exp(-k * k / (2 * sigma * sigma));
            sum += k == 0 ? weights[k] : 2 * weights[k];
        }

        Span<float> line = stackalloc float[size];
        for (var i = 0; i < 2 * size; i++)
        {
            var (start, step) = i < size ? (i * size, 1) : (i - size, size);
            for (var at = 0; at < size; at++)
            {
                line[at] = face[start + at * step] / sum;
            }

            for (var at = 0; at < size; at++)
            {
                var value = line[at] * weights[0];
                for (var k = 1; k <= radius; k++)
                {
                    value += weights[k] * (line[Math.Max(0, at - k)] + line[Math.Min(size - 1, at + k)]);
                }

                face[start + at * step] = value;
            }
        }
    }

    /// <summary>Fills a rectangle of 2..20% of the area with one gray value.</summary>
    private static void EraseRectangle(Span<float> face, int size, ref CounterRandom random)
    {
        var area = random.NextDouble(0.02, 0.2) * size * size;
        var aspect = Math.Exp(random.NextDouble(-1, 1) * Math.Log(3.0));
        var width = Math.Clamp((int)Math.Round(Math.Sqrt(area * aspect)), 1, size);
        var height = Math.Clamp((int)Math.Round(Math.Sqrt(area / aspect)), 1, size);
        var (left, top) = (random.Next(size - width + 1), random.Next(size - height + 1));
        var gray = (float)random.NextDouble(0, 255);
        for (var y = top; y < top + height; y++)
        {
            face.Slice(y * size + left, width).Fill(gray);
        }
    }
}
