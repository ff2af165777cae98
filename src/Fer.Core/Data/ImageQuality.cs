using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>What makes an image a poor training image.</summary>
[Flags]
public enum QualityProblems
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its shorter side has fewer pixels than the network's input: it is enlarged, which adds no detail.</summary>
    TooSmall = 1,

    /// <summary>Nearly one gray value.</summary>
    LowContrast = 2,

    /// <summary>No sharp edge.</summary>
    Blurred = 4,

    /// <summary>Much wider than high, or higher than wide: a whole scene or a whole person, squeezed to a square.</summary>
    NotSquare = 8,
}

/// <summary>The quality of an image.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Problems">What is wrong with it.</param>
public sealed record ImageQuality(string Path, long Width, long Height, QualityProblems Problems)
{
    // Of FER2013's 32,298 images 47 have less contrast: black ones, notes that an image is missing, dark photographs; and
    // 4 less sharpness.
    private const double LeastContrast = 18, LeastSharpness = 120;

    // Of those images, to which both numbers belong.
    private const int ReferenceSize = 48;

    /// <summary>The longest side of a crop in shortest sides: a face box is a square, photographs have 1.33 to 1.78.</summary>
    public const double LargestAspect = 1.3;

    /// <summary>Measures the images of a dataset, whose pixels are the input of the network.</summary>
    public static IReadOnlyList<ImageQuality> Of(FaceDataset faces)
    {
        var measured = new ImageQuality[faces.Count];
        Workers.For(faces.Count, face => measured[face] = Of(faces, face));
        return measured;
    }

    private static unsafe ImageQuality Of(FaceDataset faces, int face)
    {
        var (width, height) = SizeOf(faces.Paths[face]) ?? (faces.Size, faces.Size);
        var problems = QualityProblems.None;
        if (Math.Min(width, height) < faces.Size)
        {
            problems |= QualityProblems.TooSmall;
        }

        if (Math.Max(width, height) > LargestAspect * Math.Min(width, height))
        {
            problems |= QualityProblems.NotSquare;
        }

        fixed (byte* pixels = faces.Face(face))
        {
            using var input = Mat.FromPixelData(faces.Size, faces.Size, MatType.CV_8UC1, (nint)pixels);
            // A larger input is smoother for the same face; what a smaller one has lost cannot be measured.
            using var image = faces.Size > ReferenceSize ? input.Resize(new Size(ReferenceSize, ReferenceSize), 0, 0, InterpolationFlags.Area) : input.Clone();
            Cv2.MeanStdDev(image, out _, out var deviation);
            using var edges = new Mat();
            Cv2.Laplacian(image, edges, MatType.CV_32F);
            Cv2.MeanStdDev(edges, out _, out var sharpness);
            // The variance of the Laplacian (Pech-Pacheco et al. 2000), for an image of medium contrast.
            var relative = sharpness.Val0 * MediumContrast / Math.Max(deviation.Val0, 1);
            if (deviation.Val0 < LeastContrast)
            {
                problems |= QualityProblems.LowContrast;
            }
            else if (relative * relative < LeastSharpness)
            {
                problems |= QualityProblems.Blurred;
            }
        }

        return new ImageQuality(faces.Paths[face], width, height, problems);
    }

    private const double MediumContrast = 50;

    /// <summary>The size that the header claims; null if it does not say.</summary>
    private static (long Width, long Height)? SizeOf(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        var start = new byte[Math.Min(file.Length, HeaderBytes)];
        file.ReadExactly(start);
        return ImageHeader.Read(start) is { } header ? (header.Width, header.Height) : null;
    }

    // Cameras put thumbnails and notes of up to 64 KB before the size of a JPEG.
    private const int HeaderBytes = 1 << 18;
}
