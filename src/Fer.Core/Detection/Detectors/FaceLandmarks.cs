using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Five points of a face in pixels of the image. Left and right are those of the person.</summary>
/// <param name="RightEye">The eye on the left side of the image, if the head is upright.</param>
/// <param name="LeftEye">The eye on the right side of the image, if the head is upright.</param>
/// <param name="Nose">The tip of the nose.</param>
/// <param name="RightMouth">The corner of the mouth below the right eye.</param>
/// <param name="LeftMouth">The corner of the mouth below the left eye.</param>
public sealed record FaceLandmarks(Point2f RightEye, Point2f LeftEye, Point2f Nose, Point2f RightMouth, Point2f LeftMouth)
{
    /// <summary>The angle of the line between the eyes in degrees, clockwise, from -180 to 180.</summary>
    public double Roll => Math.Atan2(LeftEye.Y - RightEye.Y, LeftEye.X - RightEye.X) * 180 / Math.PI;

    /// <summary>The points with their names in JSON.</summary>
    public IEnumerable<(string Name, Point2f Point)> Named() =>
        [("right_eye", RightEye), ("left_eye", LeftEye), ("nose", Nose), ("right_mouth", RightMouth), ("left_mouth", LeftMouth)];
}
