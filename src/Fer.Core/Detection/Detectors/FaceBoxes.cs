using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Geometry of bounding boxes.</summary>
internal static class FaceBoxes
{
    /// <summary>Two boxes in one image that overlap at least this much belong to the same face.</summary>
    public const double SameFace = 0.4;

    /// <summary>Intersection over the smaller area: 1 if one box contains the other.</summary>
    public static double Overlap(Rect a, Rect b)
    {
        var common = a & b;
        var smaller = Math.Min(Area(a), Area(b));
        return smaller == 0 ? 0 : (double)Area(common) / smaller;
    }

    /// <summary>Of the boxes that belong to the same face, keeps the first (non-maximum suppression, if the best come first).</summary>
    public static void RemoveDuplicates(List<Rect> boxes)
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
