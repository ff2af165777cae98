using Fer.Core.Data;
using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Detection.Cropping;

/// <summary>Why an image does not look like a face crop.</summary>
public enum NoCrop
{
    /// <summary>Its sides differ too much: a crop is about square.</summary>
    NotSquare,

    /// <summary>It is large enough to search, and no face is found.</summary>
    NoFace,

    /// <summary>Its face is small: a crop is hardly larger than its face.</summary>
    SmallFace,
}

/// <summary>
/// Tells photographs from face crops: training squeezes every image to a small square, so that faces in whole scenes
/// would become a few pixels.
/// </summary>
/// <param name="detector">The face detector; null to judge by the shape alone. The caller disposes of it.</param>
public sealed class CropCheck(IFaceDetector? detector)
{
    // Smaller images are crops already, or too small to say.
    private const int SmallestSearched = 96;

    // Of the shorter side. In a crop the detector's box takes most of the image.
    private const double SmallestFace = 0.5;

    private readonly List<DetectedFace> _faces = [];

    /// <summary>What speaks against an image being a face crop; null if nothing does, or it cannot be read.</summary>
    public NoCrop? Of(string path)
    {
        if (InputFile.DescribeSpecial(path) is not null || !File.Exists(path) || FacePreprocessor.Decode(File.ReadAllBytes(path)) is not { } image)
        {
            return null;
        }

        using (image)
        {
            var (shorter, longer) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
            if (longer > ImageQuality.LargestAspect * shorter)
            {
                return NoCrop.NotSquare;
            }

            return detector is null || shorter < SmallestSearched ? null : Search(detector, image, shorter);
        }
    }

    private NoCrop? Search(IFaceDetector search, Mat image, int shorter)
    {
        // A face that fills the image lacks the surroundings that detectors expect.
        using var framed = new Mat();
        var margin = shorter / 4;
        Cv2.CopyMakeBorder(image, framed, margin, margin, margin, margin, BorderTypes.Replicate);
        search.Detect(framed, _faces);
        return _faces.Count == 0 ? NoCrop.NoFace
            : _faces.Max(face => face.Box.Width) < SmallestFace * shorter ? NoCrop.SmallFace
            : null;
    }
}
