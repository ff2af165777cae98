using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>The probabilities of the largest face: a bar per class, and below them their history over the last seconds.</summary>
internal sealed class ProbabilityPanel(LabelSet labels)
{
    private static readonly TimeSpan HistoryLength = TimeSpan.FromSeconds(10);

    private readonly Scalar[] _colors = Palette.Of(labels);
    private readonly Queue<(TimeSpan Time, IReadOnlyList<float>? Smoothed)> _history = [];
    private int _trackId;
    private int _placeIndex;

    /// <summary>Draws the panel at an edge, where it hides as little of the faces as possible; nothing if there is no face.</summary>
    public void Draw(Canvas canvas, Frame frame)
    {
        var face = Choose(frame.Faces);
        UpdateHistory(frame, face);
        if (face is not null)
        {
            Draw(canvas, face, frame.Faces);
        }
    }

    /// <summary>The largest face, or the previous one if the sizes are similar.</summary>
    private FacePrediction? Choose(IReadOnlyList<FacePrediction> faces)
    {
        var largest = faces.MaxBy(face => Area(face.Box));
        var previous = faces.FirstOrDefault(face => face.TrackId == _trackId);
        return previous is not null && Area(largest!.Box) < 1.3 * Area(previous.Box) ? previous : largest;
    }

    /// <summary>Adds the frame to the history, which restarts for another face and for a still image.</summary>
    private void UpdateHistory(Frame frame, FacePrediction? face)
    {
        var last = _history.Count > 0 ? _history.Last().Time : TimeSpan.MinValue;
        if (frame.IsStill || frame.Time < last || (face is not null && face.TrackId != _trackId))
        {
            _history.Clear();
        }

        _trackId = face?.TrackId ?? _trackId;
        if (frame.Time != last)
        {
            _history.Enqueue((frame.Time, face?.Smoothed));
        }

        while (_history.Count > 0 && frame.Time - _history.Peek().Time > HistoryLength)
        {
            _history.Dequeue();
        }
    }

    private void Draw(Canvas canvas, FacePrediction face, IReadOnlyList<FacePrediction> faces)
    {
        var text = canvas.TextHeight * 4 / 5;
        var row = text * 2;
        var gap = text;
        var names = labels.Max(label => canvas.WidthOf(label, text));
        var bar = canvas.TextHeight * 8;
        var numbers = canvas.WidthOf("100%", text);
        var strip = _history.Count > 1 ? row * 2 : 0;
        var size = new Size(names + bar + numbers + 4 * gap, labels.Count * row + gap + (strip > 0 ? strip + gap : 0));
        var area = Place(canvas, faces, size);
        canvas.Shade(area);
        var x = area.X + gap;
        var y = area.Y + gap;
        for (var label = 0; label < labels.Count; label++, y += row)
        {
            var probability = face.Smoothed[label];
            var color = label == face.Label ? Palette.Paper : Palette.Faint;
            canvas.Write(labels[label], x, y, text, color);
            var start = x + names + gap;
            canvas.Fill(new Rect(start, y + text / 2 - 1, bar, 2), Palette.Ink);
            canvas.Fill(new Rect(start, y - 1, Math.Max(1, (int)Math.Round(bar * probability)), text + 2), _colors[label]);
            var percent = $"{probability * 100:0}%";
            canvas.Write(percent, area.Right - gap - canvas.WidthOf(percent, text), y, text, color);
        }

        if (strip > 0)
        {
            DrawHistory(canvas, new Rect(x, y, area.Width - 2 * gap, strip));
        }
    }

    /// <summary>A stacked chart over time, the newest frame at the right, the classes from bottom to top.</summary>
    private void DrawHistory(Canvas canvas, Rect area)
    {
        canvas.Fill(area, Palette.Ink);
        var newest = _history.Last().Time;
        var right = area.Right;
        foreach (var (time, smoothed) in _history.Reverse())
        {
            var left = Math.Min(right, area.Right - 1 - (int)((newest - time) / HistoryLength * area.Width));
            left = Math.Max(left, area.X);
            if (smoothed is null || left >= right)
            {
                right = Math.Min(right, left);
                continue;
            }

            var sum = 0.0;
            for (var label = 0; label < smoothed.Count; label++)
            {
                var top = area.Bottom - (int)Math.Round(sum * area.Height);
                sum = Math.Min(1, sum + smoothed[label]);
                var height = top - area.Bottom + (int)Math.Round(sum * area.Height);
                if (height > 0)
                {
                    canvas.Fill(new Rect(left, top - height, right - left, height), _colors[label]);
                }
            }

            right = left;
        }
    }

    /// <summary>The position at the edges where the panel hides the least of the faces; of equal ones, the current one.</summary>
    private Rect Place(Canvas canvas, IReadOnlyList<FacePrediction> faces, Size size)
    {
        var margin = canvas.TextHeight;
        var right = Math.Max(0, canvas.Width - size.Width - margin);
        var bottom = Math.Max(0, canvas.Height - size.Height - margin);
        var belowStatus = Math.Min(bottom, 4 * margin);
        Point[] places =
        [
            new(right, bottom), new(margin, bottom), new(margin, belowStatus), new(right, belowStatus),
            new(right / 2, bottom), new(right, bottom / 2), new(margin, bottom / 2), new(right / 2, belowStatus),
        ];
        _placeIndex = Enumerable.Range(0, places.Length).MinBy(place => (HiddenArea(place), place == _placeIndex ? 0 : 1));
        return new Rect(places[_placeIndex], size);

        int HiddenArea(int place)
        {
            var panel = new Rect(places[place], size);
            return faces.Sum(face => Area(FaceOverlay.Scale(face.Box, canvas.Scale) & panel));
        }
    }

    private static int Area(Rect area) => area.Width * area.Height;
}
