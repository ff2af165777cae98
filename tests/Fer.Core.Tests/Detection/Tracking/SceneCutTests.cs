using Fer.Core.Data.Samples;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Tracking;

public sealed class SceneCutTests
{
    [Fact]
    public void Moving_faces_and_a_flash_are_no_cut()
    {
        var cut = new SceneCut();
        using var bright = new Mat();
        foreach (var frame in new DemoVideo { People = 3, Seconds = 4, FramesPerSecond = 10, Crossing = true }.Frames())
        {
            frame.Image.ConvertTo(bright, -1, alpha: 1, beta: frame.Number % 7 == 0 ? 70 : 0);
            Assert.False(cut.IsCut(bright), $"frame {frame.Number}");
        }
    }

    [Fact]
    public void Another_shot_is_a_cut_each_time()
    {
        var cut = new SceneCut();
        using var first = Shot(1, Scalar.FromRgb(40, 60, 90));
        using var second = Shot(2, Scalar.FromRgb(150, 120, 90));

        Assert.Equal([false, false, true, false, true], new[] { first, first, second, second, first }.Select(cut.IsCut));
    }

    [Fact]
    public void The_first_frame_of_another_video_is_no_cut()
    {
        var cut = new SceneCut();
        using var first = Shot(1, Scalar.FromRgb(40, 60, 90));
        using var second = Shot(2, Scalar.FromRgb(150, 120, 90));
        cut.IsCut(first);
        cut.Reset();

        Assert.False(cut.IsCut(second));
    }

    [Fact]
    public void A_picture_of_one_gray_level_is_never_a_cut()
    {
        var cut = new SceneCut();
        using var black = new Mat(90, 160, MatType.CV_8UC1, Scalar.Black);
        using var white = new Mat(90, 160, MatType.CV_8UC1, Scalar.White);

        Assert.Equal([false, false], new[] { black, white }.Select(cut.IsCut));
    }

    /// <summary>Objects of other sizes and places in front of a wall of another color.</summary>
    private static Mat Shot(int seed, Scalar wall)
    {
        var image = new Mat(360, 640, MatType.CV_8UC3, wall);
        var random = CounterRandom.For(7, seed);
        for (var i = 0; i < 12; i++)
        {
            Cv2.Rectangle(image, new Rect(random.Next(560), random.Next(300), 30 + random.Next(120), 30 + random.Next(120)), new Scalar(random.Next(256), random.Next(256), random.Next(256)), -1);
        }

        return image;
    }
}
