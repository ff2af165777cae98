using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Runs YuNet on an image at one scale. The network is rebuilt when the size of its input changes.</summary>
/// <param name="model">The ONNX file.</param>
internal sealed class YuNetSearch(string model) : IDisposable
{
    // The thresholds of OpenCV's sample.
    private const float ScoreThreshold = 0.7f, NmsThreshold = 0.3f;
    private const int TopK = 5000;

    private readonly Mat _small = new();
    private readonly Mat _results = new();
    private FaceDetectorYN? _network;
    private Size _size;

    /// <summary>Appends the faces in pixels of the image.</summary>
    /// <param name="image">BGR, 8 bits per channel.</param>
    /// <param name="scale">Factor by which the image is resized: below 1 it is reduced, above enlarged.</param>
    /// <param name="faces">Receives the faces.</param>
    public void Run(Mat image, double scale, List<DetectedFace> faces)
    {
        var size = new Size(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        Cv2.Resize(image, _small, size, 0, 0, scale < 1 ? InterpolationFlags.Area : InterpolationFlags.Linear);
        try
        {
            if (_network is null || size != _size)
            {
                _network?.Dispose();
                _network = FaceDetectorYN.Create(model, "", size, ScoreThreshold, NmsThreshold, TopK);
                _size = size;
            }

            _ = _network.Detect(_small, _results);
        }
        catch (OpenCVException failure)
        {
            throw new FerException($"{model} is not a YuNet model that OpenCV can run; use {YuNetModel.FileName}, or --detector haar", failure);
        }

        YuNetResults.Collect(_results, image.Size(), size, faces);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        _small.Dispose();
        _results.Dispose();
    }
}
