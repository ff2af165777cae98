using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class ImageReducerTests
{
    [Theory]
    [InlineData(1280, 720, 569, 320)]
    [InlineData(641, 481, 160, 120)]
    [InlineData(4000, 3000, 310, 233)]
    public void A_pattern_that_is_finer_than_the_result_is_averaged_instead_of_sampled(int width, int height, int toWidth, int toHeight)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).Select(index => (byte)(index % width % 2 * 255))];
        using var stripes = Mat.FromPixelData(height, width, MatType.CV_8UC1, pixels);
        using var reducer = new ImageReducer();
        using var reduced = new Mat();

        reducer.Resize(stripes, new Size(toWidth, toHeight), reduced);

        Assert.Equal(new Size(toWidth, toHeight), reduced.Size());
        Cv2.MinMaxLoc(reduced, out double darkest, out double brightest);
        Assert.InRange(darkest, 126, brightest);
        Assert.InRange(brightest, darkest, 129);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 500, 1, 1)]
    [InlineData(48, 48, 192, 192)]
    public void Any_size_becomes_any_size(int width, int height, int toWidth, int toHeight)
    {
        using var image = new Mat(height, width, MatType.CV_8UC3, Scalar.All(90));
        using var reducer = new ImageReducer();
        using var reduced = new Mat();

        reducer.Resize(image, new Size(toWidth, toHeight), reduced);

        Assert.Equal(new Size(toWidth, toHeight), reduced.Size());
        Assert.Equal(Scalar.All(90).Val0, reduced.Mean().Val0);
    }
}
