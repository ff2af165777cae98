using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Geometry of bounding boxes.</summary>
internal static class FaceBoxes
{
    /// <summary>Two boxes in one image that overlap at least this much belong to the same face.</summary>
    private const double SameFace = 0.4;

    /// <summary>Intersection over the smaller area: 1 if one box contains the other.</summary>
    public static double Overlap(Rect a, Rect b)
    {
        var smaller = Math.Min(Area(a), Area(b));
        return smaller == 0 ? 0 : (double)Area(a & b) / smaller;
    }

    /// <summary>Whether two boxes in one image belong to the same face.</summary>
    public static bool AreSame(Rect a, Rect b) => Overlap(a, b) >= SameFace;

    /// <summary>Intersection over union.</summary>
    public static double Iou(Rect a, Rect b)
    {
        var common = Area(a & b);
        var union = Area(a) + Area(b) - common;
        return union == 0 ? 0 : (double)common / union;
    }

    /// <summary>Of the boxes that belong to the same face, keeps the first (non-maximum suppression, if the best come first).</summary>
    public static void RemoveDuplicates(List<DetectedFace> faces)
    {
        for (var i = faces.Count - 1; i > 0; i--)
        {
            if (faces.FindIndex(0, i, other => AreSame(other.Box, faces[i].Box)) >= 0)
            {
                faces.RemoveAt(i);
            }
        }
    }

    /// <summary>The area in square pixels.</summary>
    public static long Area(Rect box) => (long)box.Width * box.Height;
}
