using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>The Haar cascade of Viola and Jones, on a gray image reduced as far as the smallest face allows.</summary>
public sealed class HaarFaceDetector : IFaceDetector
{
    // After the reduction the smallest face is this many times the cascade's window. Measured on 280 faces of FER2013 in
    // front of a textured background at 640x480: recall 0.62, as without reduction; 1.0 gives 0.56.
    private const double MinFaceInWindows = 1.2;

    // Most tracked faces are close to their predicted box; the wider search runs only if the near one misses. Measured on
    // 306 boxes shifted by 8% and scaled by 6%: 99.3% found in 0.86 ms of CPU with faces reduced to 1.8 windows, 99.7%
    // in 1.17 ms with 2; the cascade of version 0.1 found 96.1% in 1.19 ms.
    private static readonly SearchRange Near = new(0.2, 0.85, 1.2), Wide = new(0.3, 0.75, 1.35);
    private const double FineScaleFactor = 1.1;
    private const double FineFaceInWindows = 1.8;

    // The cascade detects heads that are rotated by up to about 15 degrees.
    private const double FallbackRoll = 20, FallbackScaleFactor = 1.2;

    // Fallback detections need more support, because all images without a face get one. Measured on 400 composed scenes:
    // 3 neighbors give twice as many false boxes as 4, and 1% more faces.
    private const int FallbackMinNeighbors = 4;

    private readonly HaarOptions _options;
    private readonly CascadeSearch _cascade;
    private readonly Mat _gray = new();

    /// <summary>Loads the cascade.</summary>
    /// <exception cref="FerException">The file is missing or is not a cascade.</exception>
    public HaarFaceDetector(HaarOptions options)
    {
        _options = options;
        _cascade = new CascadeSearch(HaarCascade.Locate(options.Cascade));
    }

    /// <inheritdoc/>
    public string Name => "Haar cascade";

    /// <inheritdoc/>
    public void Detect(Mat image, List<DetectedFace> faces)
    {
        faces.Clear();
        ToGray(image);
        Search(_options.MinFace.Pixels(image.Height), _options.ScaleFactor, _options.MinNeighbors, roll: 0, faces);
        KeepLargest(faces);
    }

    /// <inheritdoc/>
    public void DetectFallback(Mat image, List<DetectedFace> faces)
    {
        faces.Clear();
        ToGray(image);
        var smallest = _options.MinFace.Pixels(image.Height);
        var minNeighbors = Math.Max(_options.MinNeighbors, FallbackMinNeighbors);
        Search(smallest, FallbackScaleFactor, minNeighbors, -FallbackRoll, faces);
        Search(smallest, FallbackScaleFactor, minNeighbors, FallbackRoll, faces);
        if (faces.Count == 0)
        {
            Search(smallest / 2, FallbackScaleFactor, minNeighbors, roll: 0, faces);
        }

        KeepLargest(faces);
    }

    /// <inheritdoc/>
    public bool DetectNear(Mat image, IReadOnlyList<DetectedFace> expected, List<DetectedFace> faces)
    {
        faces.Clear();
        ToGray(image);
        foreach (var face in expected)
        {
            if (!SearchAround(face, Near, faces))
            {
                SearchAround(face, Wide, faces);
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cascade.Dispose();
        _gray.Dispose();
    }

    private void Search(int smallest, double scaleFactor, int minNeighbors, double roll, List<DetectedFace> faces)
    {
        var scale = Math.Min(1, MinFaceInWindows * _cascade.Window / smallest);
        _cascade.Run(_gray, new CascadeQuery(new Rect(0, 0, _gray.Width, _gray.Height), scale, scaleFactor, minNeighbors, smallest, Roll: roll), faces);
    }

    /// <summary>
    /// The cascade does not merge large and small detections of the same face. The largest is kept: a small one inside it
    /// may be a mouth.
    /// </summary>
    private static void KeepLargest(List<DetectedFace> faces)
    {
        faces.Sort((one, other) => FaceBoxes.Area(other.Box).CompareTo(FaceBoxes.Area(one.Box)));
        FaceBoxes.RemoveDuplicates(faces);
    }

    /// <returns>Whether the expected face was found, not only another one beside it.</returns>
    private bool SearchAround(DetectedFace expected, SearchRange around, List<DetectedFace> faces)
    {
        var face = expected.Box;
        var margin = (int)(face.Width * around.Margin);
        var bounds = new Rect(0, 0, _gray.Width, _gray.Height);
        var area = new Rect(face.X - margin, face.Y - margin, face.Width + 2 * margin, face.Height + 2 * margin) & bounds;
        var smallest = face.Width * around.Smallest;
        var scale = Math.Min(1, FineFaceInWindows * _cascade.Window / smallest);
        if (Math.Min(area.Width, area.Height) * scale < _cascade.Window)
        {
            return false;
        }

        var known = faces.Count;
        _cascade.Run(_gray, new CascadeQuery(area, scale, FineScaleFactor, MinNeighborsNearby, smallest, face.Width * around.Largest, expected.Roll), faces);
        return faces.Skip(known).Any(found => FaceBoxes.AreSame(found.Box, face));
    }

    // Where a face is expected, a third of the usual support suffices.
    private int MinNeighborsNearby => (_options.MinNeighbors + 1) / 3;

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

    /// <summary>The range of a search around an expected face, as multiples of its width.</summary>
    /// <param name="Margin">Margin on each side.</param>
    /// <param name="Smallest">Smallest width to detect.</param>
    /// <param name="Largest">Largest width to detect.</param>
    private readonly record struct SearchRange(double Margin, double Smallest, double Largest);
}
