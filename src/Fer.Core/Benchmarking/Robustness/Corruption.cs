using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Benchmarking.Robustness;

/// <summary>
/// Something that cameras and detectors do to a face crop, as strong as it often is (Hendrycks and Dietterich 2019,
/// "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations").
/// </summary>
/// <param name="Name">A short name.</param>
/// <param name="Description">What is done, in words.</param>
/// <param name="Apply">Writes the corrupted version of a gray crop; equal random numbers give equal pixels.</param>
public sealed record Corruption(string Name, string Description, Func<Mat, CounterRandom, Mat> Apply)
{
    private const int ReferenceSize = 48;

    /// <summary>All of them, the untouched image first.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [
        new("clean", "the images as they are", (face, _) => face.Clone()),
        new("blur", "Gaussian, standard deviation 1.2 pixels of 48", (face, _) => Blurred(face, 1.2)),
        new("noise", "Gaussian, standard deviation 8 gray levels", (face, random) => Noisy(face, 8, random)),
        new("blur + noise", "both, in this order", (face, random) => Replace(Blurred(face, 1.2), blurred => Noisy(blurred, 8, random))),
        new("low light", "a quarter of the brightness, noise of 3 gray levels", (face, random) => Replace(Scaled(face, 0.25), dark => Noisy(dark, 3, random))),
        new("overexposed", "twice the brightness, clipped", (face, _) => Scaled(face, 2)),
        .. new[] { 40, 32, 24, 20 }.Select(size => new Corruption($"{size}/48 pixels", "a smaller face, enlarged; of 48 pixels, in proportion for other inputs", (face, _) => Reduced(face, size))),
        // Mean and standard deviation of side, position across and down, relative to the crops, of the boxes for 500
        // portraits composed with faces of PublicTest (scenes of seed 7).
        new("YuNet boxes", "boxes that differ from the crop as YuNet's do", (face, random) => Reboxed(face, new BoxErrors(0.93, 0.137, 0.053, 0.035, 0.050), random)),
        new("Haar boxes", "boxes that differ from the crop as the cascade's do", (face, random) => Reboxed(face, new BoxErrors(1.00, 0.147, 0.059, -0.016, 0.048), random)),
        new("roll 20", "heads rolled by 20 degrees to either side", (face, random) => Warped(face, random.Next(2) == 0 ? 20 : -20, 1, 0, 0)),
    ];

    /// <summary>The corrupted version of every image.</summary>
    /// <param name="faces">The images.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    public FaceDataset Of(FaceDataset faces, ulong seed)
    {
        var area = faces.Size * faces.Size;
        var pixels = new byte[faces.Pixels.Length];
        Workers.For(faces.Count, index =>
        {
            using var face = Mat.FromPixelData(faces.Size, faces.Size, MatType.CV_8UC1, faces.Face(index).ToArray());
            using var corrupted = Apply(face, CounterRandom.For(seed, index));
            corrupted.AsSpan<byte>().CopyTo(pixels.AsSpan(index * area, area));
        });
        return faces with { Pixels = pixels };
    }

    /// <summary>Side of the box relative to the crop, as mean and relative deviation; position of its center, relative to the side.</summary>
    private readonly record struct BoxErrors(double Side, double SideDeviation, double AcrossDeviation, double Down, double DownDeviation);

    private static Mat Replace(Mat first, Func<Mat, Mat> next)
    {
        using (first)
        {
            return next(first);
        }
    }

    private static Mat Blurred(Mat face, double sigma) =>
        face.GaussianBlur(new Size(0, 0), sigma * face.Width / ReferenceSize, borderType: BorderTypes.Replicate);

    private static Mat Scaled(Mat face, double factor)
    {
        var scaled = new Mat();
        face.ConvertTo(scaled, MatType.CV_8UC1, factor);
        return scaled;
    }

    private static Mat Noisy(Mat face, double deviation, CounterRandom random)
    {
        var noisy = face.Clone();
        foreach (ref var pixel in noisy.AsSpan<byte>())
        {
            pixel = (byte)Math.Clamp(Math.Round(pixel + deviation * random.NextGaussian()), 0, 255);
        }

        return noisy;
    }

    /// <summary>At fewer pixels, and enlarged as <see cref="FacePreprocessor"/> enlarges small faces.</summary>
    private static Mat Reduced(Mat face, int size)
    {
        var reduced = Math.Max(1, size * face.Width / ReferenceSize);
        using var small = face.Resize(new Size(reduced, reduced), 0, 0, InterpolationFlags.Area);
        return small.Resize(face.Size(), 0, 0, InterpolationFlags.Linear);
    }

    private static Mat Reboxed(Mat face, BoxErrors errors, CounterRandom random)
    {
        var side = errors.Side * Math.Exp(errors.SideDeviation * random.NextGaussian());
        var (across, down) = (errors.AcrossDeviation * random.NextGaussian(), errors.Down + errors.DownDeviation * random.NextGaussian());
        return Warped(face, 0, 1 / side, -across * face.Width / side, -down * face.Height / side);
    }

    /// <summary>Rotates clockwise and scales around the center, then shifts by pixels. What lies outside repeats the edge.</summary>
    private static Mat Warped(Mat face, double degrees, double scale, double right, double down)
    {
        var warped = new Mat();
        using var map = Cv2.GetRotationMatrix2D(new Point2f((face.Width - 1) / 2f, (face.Height - 1) / 2f), -degrees, scale);
        map.Set(0, 2, map.At<double>(0, 2) + right);
        map.Set(1, 2, map.At<double>(1, 2) + down);
        Cv2.WarpAffine(face, warped, map, face.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        return warped;
    }
}
