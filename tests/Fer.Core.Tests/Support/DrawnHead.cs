using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A schematic head, bright with dark eyes, brows and mouth, that the Haar cascade takes for a face.</summary>
internal static class DrawnHead
{
    public static void Draw(Mat image, Rect box)
    {
        using var head = new Mat(200, 200, image.Type(), Scalar.All(120));
        Ellipse(head, 100, 100, 78, 104, 205);
        Ellipse(head, 100, 30, 80, 34, 60);
        Ellipse(head, 100, 110, 68, 80, 205);
        foreach (var x in new[] { 66, 134 })
        {
            Ellipse(head, x, 78, 26, 13, 110);
            Ellipse(head, x, 80, 14, 7, 40);
            Cv2.Line(head, x - 24, 62, x + 24, 60, Scalar.All(60), 7);
        }

        Ellipse(head, 100, 112, 11, 26, 230);
        Ellipse(head, 100, 134, 16, 5, 130);
        Ellipse(head, 100, 160, 32, 9, 90);
        Cv2.GaussianBlur(head, head, new Size(9, 9), 0);
        using var target = new Mat(image, box);
        Cv2.Resize(head, target, box.Size, 0, 0, InterpolationFlags.Area);
    }

    private static void Ellipse(Mat image, int x, int y, int width, int height, int brightness) =>
        Cv2.Ellipse(image, new Point(x, y), new Size(width, height), 0, 0, 360, Scalar.All(brightness), -1, LineTypes.AntiAlias);
}
