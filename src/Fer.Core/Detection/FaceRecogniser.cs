using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>The middle stage: finds the faces of a frame, follows them, and reads their emotions.</summary>
public sealed class FaceRecogniser(IFaceDetector detector, EmotionClassifier classifier, TrackingOptions options)
{
    private readonly FaceTracker _tracker = new(options);
    private readonly List<Rect> _found = [];
    private readonly List<Rect> _elsewhere = [];
    private TimeSpan _nextFullSearch;

    /// <summary>Fills in the faces of a frame.</summary>
    public void Process(Frame frame)
    {
        if (frame.IsStill || frame.Time < _tracker.Now)
        {
            _tracker.Reset();
        }

        Search(frame);
        var picture = new Rect(0, 0, frame.Image.Width, frame.Image.Height);
        var followed = _tracker.Update(_found, frame.Time);
        var boxes = followed.Select(face => face.Box & picture).ToList();
        var probabilities = classifier.Classify(frame.Image, boxes);
        var faces = new List<FaceReading>(followed.Count);
        for (var i = 0; i < followed.Count; i++)
        {
            followed[i].Emotion.Observe(probabilities[i], frame.Time);
            faces.Add(followed[i].Reading(boxes[i], isHeld: false));
        }

        // A face that the detector loses for a moment stays in view where it was going, with what was last read.
        foreach (var face in _tracker.Missed)
        {
            if ((face.Box & picture) is { Width: > 0, Height: > 0 } box)
            {
                faces.Add(face.Reading(box, isHeld: true));
            }
        }

        frame.Faces = faces;
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
