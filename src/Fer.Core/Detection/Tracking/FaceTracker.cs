using OpenCvSharp;

namespace Fer.Core.Detection.Tracking;

/// <summary>
/// Assigns detections to tracks: each track predicts where its motion takes it, and a detected box goes to the
/// prediction nearest in position and size.
/// </summary>
internal sealed class FaceTracker(TrackingOptions options)
{
    // In units of the face's width: further away, or further from it in the logarithm of the size, is another face.
    // A face that was out of sight may have gone further, by so much a second.
    private const double GreatestDistance = 0.75, DistanceASecond = 0.4;

    private readonly List<Track> _tracks = [];
    private readonly List<Track> _lost = [];
    private int _lastId;

    /// <summary>The time of the last update.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The faces that the last update did not see and that stay in view.</summary>
    public IReadOnlyList<Track> Lost => _lost;

    /// <summary>Forgets all faces; identities start again at 1.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _lost.Clear();
        _lastId = 0;
        Now = TimeSpan.Zero;
    }

    /// <summary>Where faces should be at a time.</summary>
    public IReadOnlyList<Rect> Expected(TimeSpan time) =>
        [.. _tracks.Where(face => time - face.LastSeen <= options.Memory).Select(face => face.Expected(time))];

    /// <summary>Takes the boxes of a frame.</summary>
    /// <returns>The face of each box, in their order.</returns>
    public IReadOnlyList<Track> Update(IReadOnlyList<Rect> boxes, TimeSpan time)
    {
        _tracks.RemoveAll(face => time - face.LastSeen > options.Memory);
        var known = _tracks.ToList();
        var assigned = new Track?[boxes.Count];
        // All distances first: the loop below moves the tracks.
        var pairs = (from face in known
                     let expected = face.Expected(time)
                     from index in Enumerable.Range(0, boxes.Count)
                     let distance = Distance(expected, boxes[index])
                     where distance < GreatestDistance + DistanceASecond * (time - face.LastSeen).TotalSeconds
                     orderby distance
                     select (Face: face, Index: index)).ToList();
        foreach (var (face, index) in pairs)
        {
            if (assigned[index] is null && !assigned.Contains(face))
            {
                assigned[index] = face;
                face.Update(boxes[index], time);
            }
        }

        _lost.Clear();
        foreach (var face in known.Where(face => !assigned.Contains(face)))
        {
            face.Predict(time);
            var hold = options.Smoothing > TimeSpan.Zero ? options.Hold : TimeSpan.Zero;
            if (time - face.LastSeen <= hold)
            {
                _lost.Add(face);
            }
        }

        Now = time;
        return [.. assigned.Select((face, index) => face ?? StartTrack(boxes[index], time))];
    }

    private Track StartTrack(Rect box, TimeSpan time)
    {
        var face = new Track(++_lastId, box, time, options);
        _tracks.Add(face);
        return face;
    }

    private static double Distance(Rect expected, Rect found)
    {
        var width = (expected.Width + found.Width) / 2.0;
        var x = expected.X + expected.Width / 2.0 - found.X - found.Width / 2.0;
        var y = expected.Y + expected.Height / 2.0 - found.Y - found.Height / 2.0;
        return Math.Sqrt(x * x + y * y) / width + Math.Abs(Math.Log((double)found.Width / expected.Width));
    }
}
