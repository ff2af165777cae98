using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Parameters of the cascade, named as in OpenCV's <c>detectMultiScale</c>.</summary>
public sealed record HaarOptions
{
    /// <summary>The default <see cref="MinFace"/> for still images, where there is time for a finer search.</summary>
    public static FaceSize StillImageMinFace { get; } = new(0.05);

    /// <summary>The cascade file; null for the one that OpenCV's packages install.</summary>
    public string? Cascade { get; init; }

    /// <summary>How much the image is reduced from one scale to the next.</summary>
    public double ScaleFactor { get; init; } = 1.3;

    /// <summary>How many neighboring candidate rectangles a face needs to be kept.</summary>
    public int MinNeighbors { get; init; } = 5;

    /// <summary>The smallest face to detect; the image is reduced as far as this size allows.</summary>
    public FaceSize MinFace { get; init; } = new(0.1);
}

/// <summary>The Haar cascade of Viola and Jones, on a gray image reduced as far as the smallest face allows.</summary>
public sealed class HaarFaceDetector : IFaceDetector
{
    // After the reduction the smallest face is this many times the cascade's window. Measured on 280 faces of FER2013 in
    // front of a textured background at 640x480: recall 0.62, as without reduction; 1.0 gives 0.56.
    private const double MinFaceInWindows = 1.2;

    // Most tracked faces are close to their predicted box; the wider search runs only if the near one misses. Measured on
    // 388 faces of FER2013 that a full search in fine steps finds, with boxes shifted by 8 % and scaled by 6 %: recall of
    // the near search 0.89 in 1.0 ms on one core, of the wider one 0.96 in 2.7 ms; 0.85 with a face width of 36 for 40.
    private static readonly SearchRange Near = new(0.2, 0.85, 1.2), Wide = new(0.3, 0.75, 1.35);
    private const double FineScaleFactor = 1.1;
    private const int FineFaceWidth = 40;

    private readonly HaarOptions _options;
    private readonly CascadeClassifier _cascade;
    private readonly int _window;
    private readonly Mat _gray = new();
    private readonly Mat _smallImage = new();
    private readonly Mat _smallRegion = new();

    /// <summary>Loads the cascade.</summary>
    /// <exception cref="FerException">The file is missing or is not a cascade.</exception>
    public HaarFaceDetector(HaarOptions options)
    {
        _options = options;
        var path = HaarCascade.Locate(options.Cascade);
        DetectorFile.RequireCascade(path);
        _cascade = new CascadeClassifier();
        try
        {
            if (!_cascade.Load(path))
            {
                throw new FerException($"{path} is not a cascade that OpenCV can read");
            }
        }
        catch (OpenCVException failure)
        {
            throw new FerException($"{path} is not a cascade that OpenCV can read", failure);
        }

        _window = _cascade.GetOriginalWindowSize().Width;
    }

    /// <inheritdoc/>
    public void Detect(Mat image, List<Rect> faces)
    {
        faces.Clear();
        ToGray(image);
        var smallest = _options.MinFace.Pixels(image.Height);
        var scale = Math.Min(1, MinFaceInWindows * _window / smallest);
        var searched = Shrink(_gray, _smallImage, scale);
        var size = Math.Max(_window, (int)(smallest * scale));
        Collect(searched, _options.ScaleFactor, _options.MinNeighbors, size, 0, new Rect(0, 0, image.Width, image.Height), faces);
        // The cascade does not merge large and small detections of the same face. The largest is kept: a small one inside
        // it may be a mouth.
        faces.Sort((one, other) => (other.Width * other.Height).CompareTo(one.Width * one.Height));
        FaceBoxes.RemoveDuplicates(faces);
    }

    /// <inheritdoc/>
    public void DetectNear(Mat image, IReadOnlyList<Rect> expected, List<Rect> faces)
    {
        faces.Clear();
        ToGray(image);
        foreach (var face in expected)
        {
            if (!SearchAround(face, Near, image, faces))
            {
                SearchAround(face, Wide, image, faces);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cascade.Dispose();
        _gray.Dispose();
        _smallImage.Dispose();
        _smallRegion.Dispose();
    }

    /// <returns>Whether the expected face was found, not only another one beside it.</returns>
    private bool SearchAround(Rect face, SearchRange around, Mat image, List<Rect> faces)
    {
        var margin = (int)(face.Width * around.Margin);
        var bounds = new Rect(0, 0, image.Width, image.Height);
        var area = new Rect(face.X - margin, face.Y - margin, face.Width + 2 * margin, face.Height + 2 * margin) & bounds;
        var scale = Math.Min(1, FineFaceWidth / (face.Width * around.Smallest));
        if (Math.Min(area.Width, area.Height) * scale < _window)
        {
            return false;
        }

        using var region = new Mat(_gray, area);
        var searched = Shrink(region, _smallRegion, scale);
        var smallest = Math.Max(_window, (int)(face.Width * around.Smallest * scale));
        var known = faces.Count;
        var largest = (int)(face.Width * around.Largest * scale);
        Collect(searched, FineScaleFactor, (_options.MinNeighbors + 1) / 3, smallest, largest, area, faces);
        return faces.Skip(known).Any(found => FaceBoxes.Overlap(found, face) >= FaceBoxes.SameFace);
    }

    private void ToGray(Mat image)
    {
        if (image.Channels() == 1)
        {
            image.CopyTo(_gray);
        }
        else
        {
            Cv2.CvtColor(image, _gray, ColorConversionCodes.BGR2GRAY);
        }
    }

    private static Mat Shrink(Mat image, Mat buffer, double scale)
    {
        if (scale >= 1)
        {
            return image;
        }

        var size = new Size(Math.Max(1, Math.Round(image.Width * scale)), Math.Max(1, Math.Round(image.Height * scale)));
        Cv2.Resize(image, buffer, size, 0, 0, scale > 0.5 ? InterpolationFlags.Linear : InterpolationFlags.Area);
        return buffer;
    }

    /// <summary>Runs the cascade on a reduced part of the image and appends the boxes in pixels of the whole image.</summary>
    private void Collect(Mat searched, double scaleFactor, int minNeighbors, int smallest, int largest, Rect area, List<Rect> faces)
    {
        var maxSize = largest > 0 ? new Size(largest, largest) : (Size?)null;
        // With 0 neighbors OpenCV returns every candidate, in any order, instead of grouping them.
        minNeighbors = Math.Max(1, minNeighbors);
        var minSize = new Size(smallest, smallest);
        var found = _cascade.DetectMultiScale(searched, scaleFactor, minNeighbors, HaarDetectionTypes.ScaleImage, minSize, maxSize);
        var x = (double)area.Width / searched.Width;
        var y = (double)area.Height / searched.Height;
        foreach (var box in found)
        {
            var face = new Rect((int)(box.X * x) + area.X, (int)(box.Y * y) + area.Y, (int)(box.Width * x), (int)(box.Height * y)) & area;
            if (face is { Width: > 0, Height: > 0 })
            {
                faces.Add(face);
            }
        }
    }

    /// <summary>The range of a search around an expected face, as multiples of its width.</summary>
    /// <param name="Margin">Margin on each side.</param>
    /// <param name="Smallest">Smallest width to detect.</param>
    /// <param name="Largest">Largest width to detect.</param>
    private readonly record struct SearchRange(double Margin, double Smallest, double Largest);
}
