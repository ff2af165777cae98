using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// Resizes images for a search. Halving and then interpolating between pixels has the quality of OpenCV's <c>INTER_AREA</c>,
/// which is slow for other factors: from 1280x720 to 569x320 pixels in color 0.9 ms instead of 7.1.
/// </summary>
internal sealed class ImageReducer : IDisposable
{
    private readonly List<Mat> _halves = [];

    /// <summary>Resizes an image to exactly this size.</summary>
    /// <param name="image">Any number of channels.</param>
    /// <param name="size">Smaller or larger than the image.</param>
    /// <param name="result">Receives the resized image.</param>
    public void Resize(Mat image, Size size, Mat result)
    {
        var (source, width, height) = (image, image.Width, image.Height);
        for (var level = 0; width >= 2 * size.Width && height >= 2 * size.Height; level++)
        {
            if (level == _halves.Count)
            {
                _halves.Add(new Mat());
            }

            // Without the last column or row of an odd size, which would make the factor odd, too.
            (width, height) = (width / 2, height / 2);
            using var even = new Mat(source, new Rect(0, 0, 2 * width, 2 * height));
            Cv2.Resize(even, _halves[level], new Size(width, height), 0, 0, InterpolationFlags.Area);
            source = _halves[level];
        }

        Cv2.Resize(source, result, size, 0, 0, InterpolationFlags.Linear);
    }

    /// <inheritdoc/>
    public void Dispose() => _halves.ForEach(half => half.Dispose());
}
