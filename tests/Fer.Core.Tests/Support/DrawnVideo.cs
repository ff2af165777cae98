using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>Short videos in which each frame shows its number as six black or white bars, which any encoder keeps.</summary>
internal static class DrawnVideo
{
    private const int Bits = 6, BarWidth = 32;

    public static string Write(string path, int frames, double rate = 30)
    {
        var size = new Size(Bits * BarWidth, 96);
        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, VideoWriter.FourCC('m', 'p', '4', 'v'), rate, size);
        Assert.True(writer.IsOpened());
        for (var number = 0; number < frames; number++)
        {
            using var frame = new Mat(size, MatType.CV_8UC3, Scalar.Black);
            for (var bit = 0; bit < Bits; bit++)
            {
                Cv2.Rectangle(frame, new Rect(bit * BarWidth, 0, BarWidth, size.Height), Scalar.All((number >> bit & 1) * 255), -1);
            }

            writer.Write(frame);
        }

        return path;
    }

    /// <summary>The number that a frame shows.</summary>
    public static int NumberOf(Mat frame) =>
        Enumerable.Range(0, Bits).Sum(bit => frame.At<Vec3b>(48, bit * BarWidth + BarWidth / 2).Item0 > 127 ? 1 << bit : 0);
}
