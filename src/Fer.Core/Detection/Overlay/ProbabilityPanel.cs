using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>The largest face's probabilities: a bar a class, and below them how they went in the last seconds.</summary>
internal sealed class ProbabilityPanel(LabelSet labels)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly Scalar[] _colors = Palette.Of(labels);
    private readonly Queue<(TimeSpan Time, IReadOnlyList<float>? Smoothed)> _history = [];
    private int _identity;
    private int _place;

    /// <summary>Draws the panel at an edge, clear of all faces where there is room; without a face, nothing.</summary>
    public void Draw(Canvas canvas, Frame frame)
    {
        var face = Choose(frame.Faces);
        Remember(frame, face);
        if (face is not null)
        {
            Draw(canvas, face, frame.Faces);
        }
    }

    /// <summary>The largest face; of two of much the same size, the one that was chosen before.</summary>
    private FacePrediction? Choose(IReadOnlyList<FacePrediction> faces)
    {
        var largest = faces.MaxBy(face => Area(face.Box));
        var before = faces.FirstOrDefault(face => face.TrackId == _identity);
        return before is not null && Area(largest!.Box) < 1.3 * Area(before.Box) ? before : largest;
    }

    /// <summary>Another face, and a still image, start a new history.</summary>
    private void Remember(Frame frame, FacePrediction? face)
    {
        var last = _history.Count > 0 ? _history.Last().Time : TimeSpan.MinValue;
        if (frame.IsStill || frame.Time < last || (face is not null && face.TrackId != _identity))
        {
            _history.Clear();
        }

        _identity = face?.TrackId ?? _identity;
        if (frame.Time != last)
        {
            _history.Enqueue((frame.Time, face?.Smoothed));
        }

        while (_history.Count > 0 && frame.Time - _history.Peek().Time > Remembered)
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

    /// <summary>A column a moment, newest at the right, the classes stacked in their order.</summary>
    private void DrawHistory(Canvas canvas, Rect area)
    {
        canvas.Fill(area, Palette.Ink);
        var newest = _history.Last().Time;
        var right = area.Right;
        foreach (var (time, smoothed) in _history.Reverse())
        {
            var left = Math.Min(right, area.Right - 1 - (int)((newest - time) / Remembered * area.Width));
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

    /// <summary>The place at the edges where the panel hides least of the faces; it stays where it is as long as that hides nothing.</summary>
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
        int Hidden(int place) => faces.Sum(face => Area(FaceOverlay.Scaled(face.Box, canvas.Scale) & new Rect(places[place], size)));
        _place = Enumerable.Range(0, places.Length).MinBy(place => (Hidden(place), place == _place ? 0 : 1));
        return new Rect(places[_place], size);
    }

    private static int Area(Rect area) => area.Width * area.Height;
}
