using Fer.Core.Detection;

namespace Fer.Detect;

/// <summary>Notices images that are face crops already, in which a detector finds few faces.</summary>
internal sealed class CropHint : IFrameSink
{
    // Face datasets have images of 48 or 64 pixels.
    private const int CropSize = 64;

    private int _images, _withoutFace, _small;

    /// <summary>What the user should know; null if most images have faces and few are small.</summary>
    public string? Text
    {
        get
        {
            if (2 * _small > _images)
            {
                return $"most images are at most {CropSize} pixels wide and high ({_small} of {_images}); if they are face crops, use --faces whole";
            }

            return 2 * _withoutFace > _images
                ? $"no face was found in {_withoutFace} of {_images} images; if they are face crops, use --faces whole"
                : null;
        }
    }

    public bool Write(Frame frame)
    {
        if (frame.Failure is not null)
        {
            return true;
        }

        _images++;
        _withoutFace += frame.DetectedFaces.Any() ? 0 : 1;
        _small += Math.Max(frame.Image.Width, frame.Image.Height) <= CropSize ? 1 : 0;
        return true;
    }

    public void Dispose()
    {
    }
}
