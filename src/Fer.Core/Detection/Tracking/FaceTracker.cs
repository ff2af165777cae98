using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Detection.Tracking;

/// <summary>
/// Assigns detections to tracks: each track predicts its box from its motion, and a detected box is assigned to the
/// prediction that is nearest in position and size.
/// </summary>
internal sealed class FaceTracker(TrackingOptions options)
{
    // The greatest distance between a prediction and its detection, in face widths plus the logarithm of the ratio of
    // sizes. It grows with each second for which the face was not detected.
    private const double MaxDistance = 0.75, MaxDistancePerSecond = 0.4;

    // The part of a predicted box outside the image from which on the face is leaving it.
    private const double LeavingPart = 0.15;

    private readonly List<Track> _tracks = [];
    private readonly List<Track> _lost = [];
    private int _lastId;

    /// <summary>The time of the last update.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The tracks that the last update did not detect and that are still displayed.</summary>
    public IReadOnlyList<Track> Lost => _lost;

    /// <summary>Removes all tracks; track ids start again at 1.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _lost.Clear();
        _lastId = 0;
        Now = TimeSpan.Zero;
    }

    /// <summary>Ends all tracks where a video cuts to another shot; the next faces get new ids.</summary>
    public void Cut()
    {
        _tracks.Clear();
        _lost.Clear();
    }

    /// <summary>The predicted boxes of all tracks at a time, with the last known roll.</summary>
    public IReadOnlyList<DetectedFace> PredictedFaces(TimeSpan time) =>
        [.. _tracks.Where(track => time - track.LastDetected <= options.Memory).Select(track => new DetectedFace(track.PredictAt(time), Roll: track.Roll))];

    /// <summary>Ends the tracks of faces that have left the image.</summary>
    public void RemoveLeft(Rect image, TimeSpan time) => _tracks.RemoveAll(track =>
    {
        var box = track.PredictAt(time);
        return time - track.LastDetected > options.MemoryOfLeaving && FaceBoxes.Area(box & image) < (1 - LeavingPart) * FaceBoxes.Area(box);
    });

    /// <summary>Updates the tracks with the detected boxes of a frame.</summary>
    /// <returns>The track of each box, in the same order.</returns>
    public IReadOnlyList<Track> Update(IReadOnlyList<Rect> boxes, TimeSpan time)
    {
        _tracks.RemoveAll(track => time - track.LastDetected > options.Memory);
        var known = _tracks.ToList();
        var assigned = new Track?[boxes.Count];
        // All distances are computed first, because the loop below updates the tracks.
        var pairs = (from track in known
                     let predicted = track.PredictAt(time)
                     from index in Enumerable.Range(0, boxes.Count)
                     let distance = Distance(predicted, boxes[index])
                     where distance < MaxDistance + MaxDistancePerSecond * (time - track.LastDetected).TotalSeconds
                     orderby distance
                     select (Track: track, Index: index)).ToList();
        foreach (var (track, index) in pairs)
        {
            if (assigned[index] is null && !assigned.Contains(track))
            {
                assigned[index] = track;
                track.Update(boxes[index], time);
            }
        }

        _lost.Clear();
        foreach (var track in known.Where(track => !assigned.Contains(track)))
        {
            track.Predict(time);
            if (time - track.LastDetected <= options.Hold)
            {
                _lost.Add(track);
            }
        }

        Now = time;
        return [.. assigned.Select((track, index) => track ?? StartTrack(boxes[index], time))];
    }

    private Track StartTrack(Rect box, TimeSpan time)
    {
        var track = new Track(++_lastId, box, time, options);
        _tracks.Add(track);
        return track;
    }

    private static double Distance(Rect predicted, Rect detected)
    {
        var width = (predicted.Width + detected.Width) / 2.0;
        var x = predicted.X + predicted.Width / 2.0 - detected.X - detected.Width / 2.0;
        var y = predicted.Y + predicted.Height / 2.0 - detected.Y - detected.Height / 2.0;
        return Math.Sqrt(x * x + y * y) / width + Math.Abs(Math.Log((double)detected.Width / predicted.Width));
    }
}
