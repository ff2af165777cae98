using OpenCvSharp;

namespace Fer.Core.Detection.Summaries;

/// <summary>A small image of each track, from the frame with the greatest confidence.</summary>
internal sealed class TrackImages
{
    // A new image must be clearly better; so many tracks keep theirs, about 4 KB each.
    private const float Better = 0.05f;
    private const int MostImages = 500, Size = 96;
    private const double Margin = 0.2;

    private readonly List<TrackTotals> _withImage = [];

    /// <summary>Takes an image of a face if it is better than the last one of its track.</summary>
    public void Consider(Mat image, FacePrediction face, TrackTotals track)
    {
        if (face.IsUncertain || face.Confidence < track.FaceConfidence + Better)
        {
            return;
        }

        if (track.Face is null)
        {
            MakeRoom();
            _withImage.Add(track);
        }

        track.FaceConfidence = face.Confidence;
        track.Face = Encode(image, face.Box);
    }

    /// <summary>Of too many, the track that was seen for the shortest time loses its image.</summary>
    private void MakeRoom()
    {
        if (_withImage.Count == MostImages)
        {
            var shortest = _withImage.MinBy(track => track.Emotions.Amount)!;
            shortest.Face = null;
            _withImage.Remove(shortest);
        }
    }

    private static byte[] Encode(Mat image, Rect box)
    {
        var margin = (int)(box.Width * Margin);
        var area = new Rect(box.X - margin, box.Y - margin, box.Width + 2 * margin, box.Height + 2 * margin) & new Rect(0, 0, image.Width, image.Height);
        using var region = new Mat(image, area);
        using var thumbnail = region.Resize(new Size(Size, Size), 0, 0, InterpolationFlags.Area);
        Cv2.ImEncode(".jpg", thumbnail, out var encoded);
        return encoded;
    }
}
