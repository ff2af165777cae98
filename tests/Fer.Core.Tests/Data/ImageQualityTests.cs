using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Tests.Data;

public sealed class ImageQualityTests
{
    [Theory]
    [InlineData(48, 48, 60, QualityProblems.None)]
    [InlineData(200, 200, 60, QualityProblems.None)]
    [InlineData(40, 40, 60, QualityProblems.TooSmall)]
    [InlineData(120, 60, 60, QualityProblems.NotSquare)]
    [InlineData(48, 48, 6, QualityProblems.LowContrast)]
    public void Size_shape_and_contrast_are_judged_by_the_file_and_its_pixels(int width, int height, int spread, QualityProblems expected)
    {
        using var image = new Mat(height, width, MatType.CV_8UC1, Scalar.All(100));
        Cv2.Rectangle(image, new Rect(width / 4, height / 4, width / 2, height / 2), Scalar.All(100 + 2 * spread), -1);

        Assert.Equal(expected, Assess(image));
    }

    [Fact]
    public void A_blurred_image_has_no_sharp_edge()
    {
        using var image = new Mat(48, 48, MatType.CV_8UC1, Scalar.All(40));
        Cv2.Circle(image, new Point(24, 24), 14, Scalar.All(200), -1);
        using var blurred = new Mat();
        Cv2.GaussianBlur(image, blurred, new Size(0, 0), 5);

        Assert.Equal((QualityProblems.None, QualityProblems.Blurred), (Assess(image), Assess(blurred)));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(96)]
    [InlineData(200)]
    public void A_sharp_image_is_sharp_at_every_input_size(int size)
    {
        using var image = new Mat(300, 300, MatType.CV_8UC1, Scalar.All(40));
        Cv2.Circle(image, new Point(150, 150), 90, Scalar.All(200), -1);

        Assert.Equal(QualityProblems.None, Assess(image, size));
    }

    private static QualityProblems Assess(Mat image, int size = 48)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Inside("a.png");
        ImageFile.Write(path, image);
        var faces = FaceDataset.Load(LabelSet.Fer2013, [new LabeledImage(path, 0)], size, out _);
        return ImageQuality.Of(faces)[0].Problems;
    }
}
