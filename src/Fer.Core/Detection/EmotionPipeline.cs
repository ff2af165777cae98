using System.Diagnostics;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Seconds that the parts of the recognition took so far.</summary>
/// <param name="Detect">Finding faces and following them.</param>
/// <param name="Classify">Cutting them out and asking the network.</param>
internal sealed record PipelineTimes(double Detect, double Classify);

/// <summary>The middle stages: finds the faces of a frame, follows them, and reads their emotions.</summary>
public sealed class EmotionPipeline(IFaceDetector detector, EmotionClassifier classifier, TrackingOptions options)
{
    private readonly FaceTracker _tracker = new(options);
    private readonly List<Rect> _detected = [];
    private readonly List<Rect> _elsewhere = [];
    private readonly List<Rect> _boxes = [];
    private TimeSpan _nextFullSearch;
    private double _secondsDetecting, _secondsClassifying;

    internal PipelineTimes Times => new(_secondsDetecting, _secondsClassifying);

    /// <summary>Finds the faces of a frame and reads their emotions.</summary>
    public void Process(Frame frame)
    {
        Detect(frame);
        Classify(frame);
    }

    /// <summary>Finds the faces of a frame and follows them. Not for several threads at once.</summary>
    public void Detect(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        if (frame.IsStill || frame.Time < _tracker.Now)
        {
            _tracker.Reset();
        }

        Search(frame);
        var image = new Rect(0, 0, frame.Image.Width, frame.Image.Height);
        frame.TrackedBoxes.Clear();
        foreach (var track in _tracker.Update(_detected, frame.Time))
        {
            frame.TrackedBoxes.Add(new TrackedBox(track, track.Box & image, IsPredicted: false));
        }

        // A face that the detector loses for a moment stays in view where it was going, with what was last read.
        foreach (var track in _tracker.Lost)
        {
            if ((track.Box & image) is { Width: > 0, Height: > 0 } box)
            {
                frame.TrackedBoxes.Add(new TrackedBox(track, box, IsPredicted: true));
            }
        }

        _secondsDetecting += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Reads the emotions of the faces found, frame after frame; while it does, <see cref="Detect"/> may look at the next
    /// frame on another thread, for the two touch different parts of a followed face.
    /// </summary>
    public void Classify(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        _boxes.Clear();
        _boxes.AddRange(frame.TrackedBoxes.Where(tracked => !tracked.IsPredicted).Select(tracked => tracked.Box));
        var probabilities = classifier.Classify(frame.Image, _boxes);
        var faces = new List<FacePrediction>(frame.TrackedBoxes.Count);
        for (var i = 0; i < frame.TrackedBoxes.Count; i++)
        {
            var (track, box, isPredicted) = frame.TrackedBoxes[i];
            if (!isPredicted)
            {
                track.Emotion.Observe(probabilities[i], frame.Time);
            }

            faces.Add(new FacePrediction(track.Id, box, track.Emotion.Label, track.Emotion.Probabilities, track.Emotion.Smoothed, isPredicted));
        }

        frame.Faces = faces;
        _secondsClassifying += Stopwatch.GetElapsedTime(started).TotalSeconds;
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
            detector.Detect(frame.Image, _detected);
            _nextFullSearch = frame.Time + options.FullSearchInterval;
            return;
        }

        detector.DetectNear(frame.Image, expected, _detected);
        FaceBoxes.RemoveRepeated(_detected);
        if (frame.Time >= _nextFullSearch || frame.Time < _nextFullSearch - options.FullSearchInterval)
        {
            detector.Detect(frame.Image, _elsewhere);
            _detected.AddRange(_elsewhere.Where(face => _detected.TrueForAll(known => FaceBoxes.Overlap(face, known) < FaceBoxes.SameFace)).ToList());
            _nextFullSearch = frame.Time + options.FullSearchInterval;
        }
    }
}
