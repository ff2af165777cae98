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
    private readonly SceneCut _cut = new();
    private readonly List<DetectedFace> _detected = [];
    private readonly List<DetectedFace> _fullSearch = [];
    private readonly List<FaceRegion> _regions = [];
    private (string Source, long? File) _current;
    private TimeSpan _nextFullSearch, _nextFallback;
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
        frame.TrackedBoxes.Clear();
        if (frame.Failure is not null)
        {
            return;
        }

        if (frame.IsStill || frame.Time < _tracker.Now || _current != (frame.Source, frame.File))
        {
            _current = (frame.Source, frame.File);
            _tracker.Reset();
            _cut.Reset();
        }

        // A face behind a cut is another face, even in the same place.
        if (!frame.IsStill && _cut.IsCut(frame.Image))
        {
            _tracker.Cut();
        }

        var bounds = new Rect(0, 0, frame.Image.Width, frame.Image.Height);
        _tracker.RemoveLeft(bounds, frame.Time);
        Search(frame);
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
    public void Classify(Frame frame) => Classify([frame]);

    /// <summary>Classifies the faces of several frames in one forward pass; the results are those of one frame after the other.</summary>
    internal void Classify(IReadOnlyList<Frame> frames)
    {
        var started = Stopwatch.GetTimestamp();
        _regions.Clear();
        foreach (var frame in frames)
        {
            foreach (var tracked in frame.TrackedBoxes)
            {
                if (tracked.Detected is { } detected)
                {
                    _regions.Add(new FaceRegion(frame.Image, tracked.Box, detected.Roll));
                }
            }
        }

        var next = 0;
        var probabilities = classifier.Classify(_regions);
        foreach (var frame in frames)
        {
            frame.Faces = [.. frame.TrackedBoxes.Select(tracked => Predict(tracked, tracked.IsPredicted ? null : probabilities[next++], frame.Time))];
        }

        _secondsClassifying += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private FacePrediction Predict(TrackedBox tracked, float[]? probabilities, TimeSpan time)
    {
        var (track, box, detected) = tracked;
        if (probabilities is not null)
        {
            track.Emotion.Update(probabilities, time);
        }

        var emotion = track.Emotion;
        return new FacePrediction(track.Id, box, emotion.Label, emotion.Probabilities, emotion.Smoothed, detected is null, detected?.Score, detected?.Landmarks)
        {
            Roll = detected?.Roll ?? 0,
            Detected = detected?.Box,
            IsUncertain = emotion.Smoothed[emotion.Label] < options.MinConfidence,
        };
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
            DetectorFor(frame).Detect(frame.Image, _detected);
            _nextFullSearch = frame.Time + options.FullSearchInterval;
        }
        else
        {
            var isWhole = detector.DetectNear(frame.Image, expected, _detected);
            FaceBoxes.RemoveDuplicates(_detected);
            if (!isWhole && IsDue(_nextFullSearch, options.FullSearchInterval, frame))
            {
                detector.Detect(frame.Image, _fullSearch);
                AddNewFaces();
                isWhole = true;
            }

            if (isWhole)
            {
                _nextFullSearch = frame.Time + options.FullSearchInterval;
            }
        }

        SearchFallback(frame);
    }

    /// <summary>Where no face is found, or all tracks are lost, the slower search follows: for each still image, in a video at bounded cost.</summary>
    private void SearchFallback(Frame frame)
    {
        if (_detected.Count == 0 && (frame.IsStill || IsDue(_nextFallback, options.FallbackInterval, frame)))
        {
            DetectorFor(frame).DetectFallback(frame.Image, _detected);
            _nextFallback = frame.Time + options.FallbackInterval;
        }
    }

    private IFaceDetector DetectorFor(Frame frame) => frame.IsStill ? StillDetector ?? detector : detector;

    private void AddNewFaces()
    {
        var tracked = _detected.Count;
        foreach (var face in _fullSearch)
        {
            if (!_detected.Take(tracked).Any(known => FaceBoxes.AreSame(face.Box, known.Box)))
            {
                _detected.Add(face);
            }
        }
    }

    /// <summary>Whether it is time for the next search, or the source started again from the beginning.</summary>
    private static bool IsDue(TimeSpan next, TimeSpan interval, Frame frame) => frame.Time >= next || frame.Time < next - interval;
}
