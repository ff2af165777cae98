using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// The neural detector YuNet (Wu et al. 2023) from the user's ONNX file: slower than the cascade around tracked faces,
/// better with turned and partly hidden ones.
/// </summary>
public sealed class YuNetFaceDetector : IFaceDetector
{
    // The thresholds of OpenCV's sample; the network detects hardly any face below 16 pixels.
    private const float ScoreThreshold = 0.7f, NmsThreshold = 0.3f;
    private const int TopK = 5000, SmallestFace = 16;

    private readonly string _model;
    private readonly FaceSize _minFace;
    private readonly Mat _color = new();
    private readonly Mat _small = new();
    private readonly Mat _results = new();
    private FaceDetectorYN? _network;
    private Size _size;

    /// <summary>Loads the network.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="minFace">The smallest face to detect; the image is reduced as far as this size allows.</param>
    /// <exception cref="FerException">The file is missing or is not a YuNet model.</exception>
    public YuNetFaceDetector(string model, FaceSize minFace)
    {
        (_model, _minFace) = (model, minFace);
        if (!File.Exists(model))
        {
            throw new FerException($"{model} does not exist; --detector-model takes the ONNX file of YuNet (face_detection_yunet_*.onnx)");
        }

        DetectorFile.RequireNetwork(model);
        using var probe = new Mat(64, 64, MatType.CV_8UC3, Scalar.Black);
        Detect(probe, []);
    }

    /// <inheritdoc/>
    public void Detect(Mat image, List<Rect> faces)
    {
        faces.Clear();
        var scale = Math.Min(1, SmallestFace / (double)_minFace.Pixels(image.Height));
        var size = new Size(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        Cv2.Resize(ToColor(image), _small, size, 0, 0, InterpolationFlags.Area);
        try
        {
            if (_network is null || size != _size)
            {
                _network?.Dispose();
                _network = FaceDetectorYN.Create(_model, "", size, ScoreThreshold, NmsThreshold, TopK);
                _size = size;
            }

            _ = _network.Detect(_small, _results);
        }
        catch (OpenCVException failure)
        {
            throw new FerException($"{_model} is not a YuNet model that OpenCV can run; use face_detection_yunet_2023mar.onnx, or --detector haar", failure);
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
    /// Scales the network's boxes to pixels of the image and makes them square: the emotion networks are trained on square
    /// crops, and the height of a box reaches from the chin to the hair.
    /// </summary>
    /// <param name="results"><c>[faces, 15]</c>, float32: left, top, width, height, five landmarks, score.</param>
    /// <param name="image">Size of the image.</param>
    /// <param name="searched">Size of the network's input.</param>
    /// <param name="faces">The boxes are appended.</param>
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

    private Mat ToColor(Mat image)
    {
        if (image.Channels() == 3)
        {
            return image;
        }

        Cv2.CvtColor(image, _color, image.Channels() == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.BGRA2BGR);
        return _color;
    }
}
