using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Geometry of boxes around faces.</summary>
internal static class FaceBoxes
{
    /// <summary>Two boxes of one image that overlap as much as this show one face.</summary>
    public const double SameFace = 0.4;

    /// <summary>Intersection over the smaller box: 1 where one box lies within the other.</summary>
    public static double Overlap(Rect a, Rect b)
    {
        var common = a & b;
        var smaller = Math.Min(Area(a), Area(b));
        return smaller == 0 ? 0 : (double)Area(common) / smaller;
    }

    /// <summary>Keeps of boxes that show one face the first.</summary>
    public static void RemoveRepeated(List<Rect> boxes)
    {
        for (var i = boxes.Count - 1; i > 0; i--)
        {
            if (boxes.FindIndex(0, i, other => Overlap(other, boxes[i]) >= SameFace) >= 0)
            {
                boxes.RemoveAt(i);
            }
        }
    }

    private static long Area(Rect box) => (long)box.Width * box.Height;
}
