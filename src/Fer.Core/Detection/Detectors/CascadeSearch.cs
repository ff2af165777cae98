using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>What one run of the cascade searches for.</summary>
/// <param name="Area">The part of the image.</param>
/// <param name="Scale">Factor by which the area is reduced first, at most 1.</param>
/// <param name="ScaleFactor">As in OpenCV's <c>detectMultiScale</c>.</param>
/// <param name="MinNeighbors">As in OpenCV's <c>detectMultiScale</c>.</param>
/// <param name="Smallest">The smallest width of a face in pixels of the image.</param>
/// <param name="Largest">The largest width; 0 for any.</param>
/// <param name="Roll">Clockwise rotation of the faces in degrees.</param>
internal sealed record CascadeQuery(Rect Area, double Scale, double ScaleFactor, int MinNeighbors, double Smallest, double Largest = 0, double Roll = 0);

/// <summary>Runs a cascade on a part of a gray image, reduced and rotated as needed.</summary>
internal sealed class CascadeSearch : IDisposable
{
    private readonly CascadeClassifier _cascade = new();
    private readonly ImageReducer _reducer = new();
    private readonly Mat _small = new();
    private readonly Mat _rotated = new();

    /// <summary>Loads the cascade.</summary>
    /// <exception cref="FerException">The file is not a cascade.</exception>
    public CascadeSearch(string path)
    {
        DetectorFile.RequireCascade(path);
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

        Window = _cascade.GetOriginalWindowSize().Width;
    }

    /// <summary>The width of the smallest face that the cascade detects.</summary>
    public int Window { get; }

    /// <summary>Appends the faces in pixels of the whole image.</summary>
    /// <param name="gray">The whole image.</param>
    /// <param name="query">Where and what to search.</param>
    /// <param name="faces">Receives the faces.</param>
    public void Run(Mat gray, CascadeQuery query, List<DetectedFace> faces)
    {
        using var region = new Mat(gray, query.Area);
        var small = Shrink(region, query.Scale);
        var rotation = query.Roll == 0 ? null : new ImageRotation(small.Size(), query.Roll);
        var searched = rotation is null ? small : rotation.Apply(small, _rotated);
        var smallest = Math.Max(Window, (int)(query.Smallest * query.Scale));
        var largest = (int)(query.Largest * query.Scale);
        var maxSize = largest > 0 ? new Size(largest, largest) : (Size?)null;
        // With 0 neighbors OpenCV returns every candidate, in any order, instead of grouping them.
        var minNeighbors = Math.Max(1, query.MinNeighbors);
        var found = _cascade.DetectMultiScale(searched, query.ScaleFactor, minNeighbors, HaarDetectionTypes.ScaleImage, new Size(smallest, smallest), maxSize);
        var x = (double)query.Area.Width / small.Width;
        var y = (double)query.Area.Height / small.Height;
        foreach (var box in found)
        {
            var upright = rotation is null ? box : rotation.Back(box);
            var face = new Rect((int)(upright.X * x) + query.Area.X, (int)(upright.Y * y) + query.Area.Y, (int)(upright.Width * x), (int)(upright.Height * y)) & query.Area;
            if (face is { Width: > 0, Height: > 0 })
            {
                faces.Add(new DetectedFace(face, Roll: query.Roll));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cascade.Dispose();
        _reducer.Dispose();
        _small.Dispose();
        _rotated.Dispose();
    }

    private Mat Shrink(Mat image, double scale)
    {
        if (scale >= 1)
        {
            return image;
        }

        var size = new Size(Math.Max(1, Math.Round(image.Width * scale)), Math.Max(1, Math.Round(image.Height * scale)));
        _reducer.Resize(image, size, _small);
        return _small;
    }
}
