using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class YuNetFaceDetectorTests
{
    [Fact]
    public void Boxes_become_squares_in_pixels_of_the_image()
    {
        using var results = new Mat(2, 15, MatType.CV_32FC1, Scalar.All(0));
        float[][] rows = [[10, 20, 30, 40], [-10, 5, 20, 20]];
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                results.Set(row, column, rows[row][column]);
            }
        }

        var faces = new List<Rect>();
        YuNetFaceDetector.Collect(results, new Size(640, 480), new Size(160, 120), faces);

        Assert.Equal([new Rect(20, 80, 160, 160), new Rect(0, 20, 40, 80)], faces);
    }

    [Fact]
    public void A_missing_file_is_reported_by_name()
    {
        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector("nowhere.onnx", new FaceSize(0.1)));
        Assert.Contains("nowhere.onnx does not exist", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_a_network_is_rejected()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "face.onnx");
        File.WriteAllText(path, "not a network");

        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector(path, new FaceSize(0.1)));

        Assert.Contains("is not a YuNet model", failure.Message, StringComparison.Ordinal);
    }
}
