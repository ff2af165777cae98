using System.Diagnostics;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Seconds that the parts of the recognition took so far.</summary>
/// <param name="Find">Finding faces and following them.</param>
/// <param name="Read">Cutting them out and asking the network.</param>
internal sealed record RecognitionTimes(double Find, double Read);

/// <summary>The middle stages: finds the faces of a frame, follows them, and reads their emotions.</summary>
public sealed class FaceRecogniser(IFaceDetector detector, EmotionClassifier classifier, TrackingOptions options)
{
    private readonly FaceTracker _tracker = new(options);
    private readonly List<Rect> _found = [];
    private readonly List<Rect> _elsewhere = [];
    private readonly List<Rect> _boxes = [];
    private TimeSpan _nextFullSearch;
    private double _secondsFinding, _secondsReading;

    internal RecognitionTimes Times => new(_secondsFinding, _secondsReading);

    /// <summary>Finds the faces of a frame and reads their emotions.</summary>
    public void Process(Frame frame)
    {
        Find(frame);
        Read(frame);
    }

    /// <summary>Finds the faces of a frame and follows them. Not for several threads at once.</summary>
    public void Find(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        if (frame.IsStill || frame.Time < _tracker.Now)
        {
            _tracker.Reset();
        }

        Search(frame);
        var picture = new Rect(0, 0, frame.Image.Width, frame.Image.Height);
        frame.Found.Clear();
        foreach (var face in _tracker.Update(_found, frame.Time))
        {
            frame.Found.Add(new FoundFace(face, face.Box & picture, IsHeld: false));
        }

        // A face that the detector loses for a moment stays in view where it was going, with what was last read.
        foreach (var face in _tracker.Missed)
        {
            if ((face.Box & picture) is { Width: > 0, Height: > 0 } box)
            {
                frame.Found.Add(new FoundFace(face, box, IsHeld: true));
            }
        }

        _secondsFinding += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Reads the emotions of the faces found, frame after frame; while it does, <see cref="Find"/> may look at the next
    /// frame on another thread, for the two touch different parts of a followed face.
    /// </summary>
    public void Read(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        _boxes.Clear();
        _boxes.AddRange(frame.Found.Where(found => !found.IsHeld).Select(found => found.Box));
        var probabilities = classifier.Classify(frame.Image, _boxes);
        var faces = new List<FaceReading>(frame.Found.Count);
        for (var i = 0; i < frame.Found.Count; i++)
        {
            var (face, box, isHeld) = frame.Found[i];
            if (!isHeld)
            {
                face.Emotion.Observe(probabilities[i], frame.Time);
            }

            faces.Add(face.Reading(box, isHeld));
        }

        frame.Faces = faces;
        _secondsReading += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Looks around the faces that are followed, and every now and then, or where there are none, everywhere. A followed
    /// face keeps the box of the finer search even then, so that its crop does not jump.
    /// </summary>
    private void Search(Frame frame)
    {
        var expected = _tracker.Expected(frame.Time);
        if (expected.Count == 0)
        {
            detector.Detect(frame.Image, _found);
            _nextFullSearch = frame.Time + options.FullSearchInterval;
            return;
        }

        detector.DetectNear(frame.Image, expected, _found);
        FaceBoxes.RemoveRepeated(_found);
        if (frame.Time >= _nextFullSearch || frame.Time < _nextFullSearch - options.FullSearchInterval)
        {
            detector.Detect(frame.Image, _elsewhere);
            _found.AddRange(_elsewhere.Where(face => _found.TrueForAll(known => FaceBoxes.Overlap(face, known) < FaceBoxes.SameFace)).ToList());
            _nextFullSearch = frame.Time + options.FullSearchInterval;
        }
    }
}
