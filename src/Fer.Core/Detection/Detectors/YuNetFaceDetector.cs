using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// The neural detector YuNet (Wu et al. 2023) in the user's ONNX file: slower than the cascade around followed faces,
/// better with turned and half-hidden ones.
/// </summary>
public sealed class YuNetFaceDetector : IFaceDetector
{
    // OpenCV's own sample uses these; below 16 pixels the network hardly finds a face.
    private const float ScoreThreshold = 0.7f, OverlapThreshold = 0.3f;
    private const int MostFaces = 5000, SmallestFace = 16;

    private readonly string _model;
    private readonly FaceSize _minFace;
    private readonly Mat _color = new();
    private readonly Mat _small = new();
    private readonly Mat _results = new();
    private FaceDetectorYN? _network;
    private Size _size;

    /// <summary>Loads the network.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="minFace">The smallest face to look for; the search runs on an image just large enough for it.</param>
    /// <exception cref="FerException">The file is missing or is no YuNet.</exception>
    public YuNetFaceDetector(string model, FaceSize minFace)
    {
        (_model, _minFace) = (model, minFace);
        if (!File.Exists(model))
        {
            throw new FerException($"{model} does not exist; --detector-model names the ONNX file of YuNet (face_detection_yunet_*.onnx)");
        }

        using var probe = new Mat(64, 64, MatType.CV_8UC3, Scalar.Black);
        Detect(probe, []);
    }

    /// <inheritdoc/>
    public void Detect(Mat image, List<Rect> faces)
    {
        faces.Clear();
        var scale = Math.Min(1, SmallestFace / (double)_minFace.Pixels(image.Height));
        var size = new Size(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        Cv2.Resize(InColor(image), _small, size, 0, 0, InterpolationFlags.Area);
        try
        {
            if (_network is null || size != _size)
            {
                _network?.Dispose();
                _network = FaceDetectorYN.Create(_model, "", size, ScoreThreshold, OverlapThreshold, MostFaces);
                _size = size;
            }

            _ = _network.Detect(_small, _results);
        }
        catch (OpenCVException failure)
        {
            throw new FerException($"{_model} is no YuNet that OpenCV can run; use face_detection_yunet_2023mar.onnx, or --detector haar", failure);
        }

        Collect(_results, image.Size(), size, faces);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        _color.Dispose();
        _small.Dispose();
        _results.Dispose();
    }

    /// <summary>
    /// Returns the network's boxes to the image's pixels, as squares: the networks here learned from squares, and a face's
    /// height reaches from its chin to its hair.
    /// </summary>
    /// <param name="results">A row a face: left, top, width, height, five landmarks, score.</param>
    /// <param name="image">Size of the image.</param>
    /// <param name="searched">Size of what was searched.</param>
    /// <param name="faces">Receives the boxes.</param>
    internal static void Collect(Mat results, Size image, Size searched, List<Rect> faces)
    {
        var (x, y) = ((double)image.Width / searched.Width, (double)image.Height / searched.Height);
        var rows = results.Rows;
        for (var row = 0; row < rows; row++)
        {
            var (left, top) = (results.At<float>(row, 0) * x, results.At<float>(row, 1) * y);
            var (width, height) = (results.At<float>(row, 2) * x, results.At<float>(row, 3) * y);
            var side = Math.Max(width, height);
            var square = new Rect((int)(left + (width - side) / 2), (int)(top + (height - side) / 2), (int)side, (int)side);
            if ((square & new Rect(0, 0, image.Width, image.Height)) is { Width: > 0, Height: > 0 } visible)
            {
                faces.Add(visible);
            }
        }
    }

    private Mat InColor(Mat image)
    {
        if (image.Channels() == 3)
        {
            return image;
        }

        Cv2.CvtColor(image, _color, image.Channels() == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.BGRA2BGR);
        return _color;
    }
}
