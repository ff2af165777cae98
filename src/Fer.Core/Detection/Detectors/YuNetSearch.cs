using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Runs YuNet on an image, or on a part of it.</summary>
/// <param name="network">The network; it remains the caller's.</param>
internal sealed class YuNetSearch(YuNetNetwork network) : IDisposable
{
    // The threshold of OpenCV's sample. A face that was there a moment ago is believed at a lower score (Zhang et al. 2022,
    // "ByteTrack: Multi-Object Tracking by Associating Every Detection Box").
    private const float MinScore = 0.7f, MinScoreOfExpected = 0.5f;

    // Intersection over union from which a box of a lower score is the expected face, not a part of it.
    private const double MinIouOfExpected = 0.4;

    private readonly ImageReducer _reducer = new();
    private readonly Mat _input = new();
    private readonly Mat _part = new();

    /// <summary>Appends the faces in pixels of the image.</summary>
    /// <param name="image">BGR, 8 bits per channel.</param>
    /// <param name="scale">Factor by which the image is resized: below 1 it is reduced, above enlarged.</param>
    /// <param name="faces">Receives the faces.</param>
    public void Run(Mat image, double scale, List<DetectedFace> faces)
    {
        Resize(image, scale, _input);
        Search(image.Size(), new Rect(default, image.Size()), MinScore, faces);
    }

    /// <summary>Appends the faces of a square around an expected face, in pixels of the image; the expected one needs a lower score.</summary>
    /// <param name="image">BGR, 8 bits per channel.</param>
    /// <param name="expected">The box of the expected face.</param>
    /// <param name="square">May reach beyond the image, but must overlap it.</param>
    /// <param name="side">Width and height of the network's input, for which the square is resized.</param>
    /// <param name="faces">Receives the faces.</param>
    public void Run(Mat image, Rect expected, Rect square, int side, List<DetectedFace> faces)
    {
        var before = faces.Count;
        var visible = square & new Rect(default, image.Size());
        var scale = (double)side / square.Width;
        using var part = image[visible];
        Resize(part, scale, _part);
        // Black around the image, so that the input is always of one size.
        var (left, top) = ((int)((visible.X - square.X) * scale), (int)((visible.Y - square.Y) * scale));
        Cv2.CopyMakeBorder(_part, _input, top, side - top - _part.Height, left, side - left - _part.Width, BorderTypes.Constant);
        Search(image.Size(), square, MinScoreOfExpected, faces);
        for (var i = faces.Count - 1; i >= before; i--)
        {
            if (faces[i].Score < MinScore && FaceBoxes.Iou(faces[i].Box, expected) < MinIouOfExpected)
            {
                faces.RemoveAt(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reducer.Dispose();
        _input.Dispose();
        _part.Dispose();
    }

    private void Search(Size image, Rect area, float minScore, List<DetectedFace> faces) =>
        YuNetResults.Collect(network.Run(_input, minScore), image, area, _input.Size(), faces);

    private void Resize(Mat image, double scale, Mat resized) =>
        _reducer.Resize(image, new Size(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))), resized);
}
