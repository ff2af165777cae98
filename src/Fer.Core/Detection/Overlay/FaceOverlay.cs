using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>Draws the faces of a frame: a box, and above it a label with its confidence; on request a bar a class.</summary>
public sealed class FaceOverlay(LabelSet labels)
{
    // Held faces are drawn in the gray of secondary text.
    private static readonly Scalar Pale = Palette.Faint;

    private readonly Scalar[] _colors = Palette.Of(labels);
    private readonly List<Rect> _taken = [];
    private readonly ProbabilityPanel _panel = new(labels);

    /// <summary>Whether the largest face's probabilities are drawn, with their last seconds.</summary>
    public bool ShowsBars { get; set; }

    /// <summary>Copies a frame to a canvas and draws its faces.</summary>
    public void Draw(Frame frame, Canvas canvas)
    {
        canvas.Begin(frame.Image);
        _taken.Clear();
        if (ShowsBars)
        {
            _panel.Draw(canvas, frame);
        }

        foreach (var face in frame.Faces)
        {
            var box = Scaled(face.Box, canvas.Scale);
            canvas.Outline(box, face.IsPredicted ? Pale : _colors[face.Label], canvas.Stroke);
        }

        // After all boxes, so that no box crosses a label; the largest face has the first choice of place.
        foreach (var face in frame.Faces.OrderByDescending(face => face.Box.Width))
        {
            DrawLabel(canvas, face, Scaled(face.Box, canvas.Scale));
        }
    }

    private void DrawLabel(Canvas canvas, FacePrediction face, Rect box)
    {
        var name = labels[face.Label];
        var (text, height) = Fit(canvas, box, $"{name} {face.Confidence * 100:0}%", name);
        var padding = Math.Max(3, height * 2 / 3);
        var size = new Size(canvas.WidthOf(text, height) + 2 * padding, height + 2 * padding);
        var tab = Place(new Size(canvas.Width, canvas.Height), box, size, canvas.Stroke);
        var background = face.IsPredicted ? Pale : _colors[face.Label];
        canvas.Fill(new Rect(tab.X - 1, tab.Y - 1, tab.Width + 2, tab.Height + 2), Palette.Ink);
        canvas.Fill(tab, background);
        canvas.Write(text, tab.X + padding, tab.Y + padding, height, Palette.On(background));
        _taken.Add(tab);
    }

    /// <summary>Small faces get smaller text, and an image too narrow for label and confidence the label alone.</summary>
    private static (string Text, int Height) Fit(Canvas canvas, Rect box, string text, string name)
    {
        var least = Math.Min(canvas.TextHeight, 9);
        var height = Math.Clamp(box.Width / 10, least, canvas.TextHeight);
        while (height > 6 && canvas.WidthOf(text, height) + 2 * height > canvas.Width)
        {
            if (height <= least && text != name)
            {
                text = name;
            }
            else
            {
                height--;
            }
        }

        return (text, height);
    }

    /// <summary>Above the box, else below it, else at its inner edge: wherever the image has room and no other label is.</summary>
    private Rect Place(Size image, Rect box, Size size, int stroke)
    {
        var left = Math.Clamp(box.X - stroke / 2, 0, Math.Max(0, image.Width - size.Width));
        int[] tops = [box.Y - size.Height - stroke / 2, box.Bottom + stroke / 2 + 1, box.Y + stroke, box.Bottom - size.Height - stroke];
        var places = tops.Select(top => new Rect(left, top, size.Width, size.Height)).Where(tab => tab.Y >= 0 && tab.Bottom <= image.Height);
        Rect? free = places.Where(tab => !_taken.Exists(tab.IntersectsWith)).Select(tab => (Rect?)tab).FirstOrDefault();
        var fallback = new Rect(left, Math.Clamp(tops[0], 0, Math.Max(0, image.Height - size.Height)), size.Width, size.Height);
        return free ?? fallback;
    }

    internal static Rect Scaled(Rect box, double scale) =>
        new((int)(box.X * scale), (int)(box.Y * scale), (int)(box.Width * scale), (int)(box.Height * scale));
}
