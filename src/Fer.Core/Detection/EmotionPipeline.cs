using System.Diagnostics;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Seconds spent in the two stages so far.</summary>
/// <param name="Detect">Detecting and tracking faces.</param>
/// <param name="Classify">Cropping them and running the network.</param>
internal sealed record PipelineTimes(double Detect, double Classify);

/// <summary>The two middle stages: detects and tracks the faces of a frame, then classifies their emotions.</summary>
public sealed class EmotionPipeline(IFaceDetector detector, EmotionClassifier classifier, TrackingOptions options)
{
    private readonly FaceTracker _tracker = new(options);
    private readonly List<DetectedFace> _detected = [];
    private readonly List<DetectedFace> _fullSearch = [];
    private readonly List<Rect> _boxes = [];
    private readonly List<double> _rolls = [];
    private string? _source;
    private TimeSpan _nextFullSearch, _nextHarderSearch;
    private double _secondsDetecting, _secondsClassifying;

    /// <summary>Detects faces in still images, where smaller faces matter than in a video; null for the detector of videos.</summary>
    public IFaceDetector? StillDetector { get; init; }

    internal PipelineTimes Times => new(_secondsDetecting, _secondsClassifying);

    /// <summary>Detects the faces of a frame and classifies their emotions.</summary>
    public void Process(Frame frame)
    {
        Detect(frame);
        Classify(frame);
    }

    /// <summary>Detects the faces of a frame and tracks them. Not thread-safe.</summary>
    public void Detect(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        if (frame.IsStill || frame.Time < _tracker.Now || frame.Source != _source)
        {
            _source = frame.Source;
            _tracker.Reset();
        }

        Search(frame);
        var bounds = new Rect(0, 0, frame.Image.Width, frame.Image.Height);
        frame.TrackedBoxes.Clear();
        var tracks = _tracker.Update([.. _detected.Select(face => face.Box)], frame.Time);
        foreach (var (track, face) in tracks.Zip(_detected))
        {
            track.Turn(face.Roll);
            frame.TrackedBoxes.Add(new TrackedBox(track, track.Box & bounds, face));
        }

        // A face that the detector misses for a moment stays visible at its predicted position, with its last prediction.
        foreach (var track in _tracker.Lost)
        {
            if ((track.Box & bounds) is { Width: > 0, Height: > 0 } box)
            {
                frame.TrackedBoxes.Add(new TrackedBox(track, box, Detected: null));
            }
        }

        _secondsDetecting += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Classifies the emotions of the detected faces. Meanwhile <see cref="Detect"/> may process the next frame on another
    /// thread, because the two use different parts of a track.
    /// </summary>
    public void Classify(Frame frame)
    {
        var started = Stopwatch.GetTimestamp();
        _boxes.Clear();
        _rolls.Clear();
        foreach (var tracked in frame.TrackedBoxes)
        {
            if (tracked.Detected is { } detected)
            {
                _boxes.Add(tracked.Box);
                _rolls.Add(detected.Roll);
            }
        }

        var probabilities = classifier.Classify(frame.Image, _boxes, _rolls);
        var faces = new List<FacePrediction>(frame.TrackedBoxes.Count);
        for (var i = 0; i < frame.TrackedBoxes.Count; i++)
        {
            var (track, box, detected) = frame.TrackedBoxes[i];
            if (detected is not null)
            {
                track.Emotion.Update(probabilities[i], frame.Time);
            }

            var emotion = track.Emotion;
            faces.Add(new FacePrediction(track.Id, box, emotion.Label, emotion.Probabilities, emotion.Smoothed, detected is null, detected?.Score, detected?.Landmarks));
        }

        frame.Faces = faces;
        _secondsClassifying += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Searches around the tracked faces, and from time to time, or if there are none, the whole image. A tracked face keeps
    /// the box of the finer local search even then, so that its crop does not jump.
    /// </summary>
    private void Search(Frame frame)
    {
        var expected = _tracker.PredictedFaces(frame.Time);
        if (expected.Count == 0)
        {
            (frame.IsStill ? StillDetector ?? detector : detector).Detect(frame.Image, _detected);
            _nextFullSearch = frame.Time + options.FullSearchInterval;
        }
        else
        {
            detector.DetectNear(frame.Image, expected, _detected);
            FaceBoxes.RemoveDuplicates(_detected);
            if (IsDue(_nextFullSearch, options.FullSearchInterval, frame))
            {
                detector.Detect(frame.Image, _fullSearch);
                AddNewFaces();
                _nextFullSearch = frame.Time + options.FullSearchInterval;
            }
        }

        SearchFallback(frame);
    }

    /// <summary>Where no face is found, or all tracks are lost, the slower search follows: for each still image, in a video at bounded cost.</summary>
    private void SearchFallback(Frame frame)
    {
        if (_detected.Count == 0 && (frame.IsStill || IsDue(_nextHarderSearch, options.FallbackInterval, frame)))
        {
            (frame.IsStill ? StillDetector ?? detector : detector).DetectFallback(frame.Image, _detected);
            _nextHarderSearch = frame.Time + options.FallbackInterval;
        }
    }

    private void AddNewFaces()
    {
        var tracked = _detected.Count;
        foreach (var face in _fullSearch)
        {
            if (!_detected.Take(tracked).Any(known => FaceBoxes.Overlap(face.Box, known.Box) >= FaceBoxes.SameFace))
            {
                _detected.Add(face);
            }
        }
    }

    /// <summary>Whether it is time for the next search, or the source started again from the beginning.</summary>
    private static bool IsDue(TimeSpan next, TimeSpan interval, Frame frame) => frame.Time >= next || frame.Time < next - interval;
}
