using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>Draws the faces of a frame: a box, and above it the track id and the label with its confidence; optionally a bar per class.</summary>
public sealed class FaceOverlay(LabelSet labels)
{
    // Predicted boxes are drawn in the gray of secondary text.
    private static readonly Scalar PredictedColor = Palette.Faint;

    private readonly Scalar[] _colors = Palette.Of(labels);
    private readonly List<Rect> _labelBoxes = [];
    private readonly ProbabilityPanel _panel = new(labels);

    /// <summary>Whether the probabilities of the largest face and their recent history are drawn.</summary>
    public bool ShowsBars { get; set; }

    /// <summary>Whether faces are made unrecognizable.</summary>
    public bool HidesFaces { get; init; }

    /// <summary>Copies a frame to a canvas and draws its faces.</summary>
    public void Draw(Frame frame, Canvas canvas)
    {
        canvas.Begin(frame.Image);
        _labelBoxes.Clear();
        if (HidesFaces)
        {
            foreach (var face in frame.Faces)
            {
                canvas.Hide(Scale(face.Box | (face.Detected ?? face.Box), canvas.Scale));
            }
        }

        if (ShowsBars)
        {
            _panel.Draw(canvas, frame);
        }

        foreach (var face in frame.Faces)
        {
            var box = Scale(face.Box, canvas.Scale);
            canvas.Outline(box, ColorOf(face), canvas.Stroke);
        }

        // After all boxes, so that no box crosses a label; the label of the largest face is placed first.
        foreach (var face in frame.Faces.OrderByDescending(face => face.Box.Width))
        {
            DrawLabel(canvas, face, Scale(face.Box, canvas.Scale), HasIds(frame) ? $"#{face.TrackId} " : "");
        }
    }

    /// <summary>Rows and faces must be matched by their ids, unless there is only one of each.</summary>
    private static bool HasIds(Frame frame) => !frame.IsStill || frame.Faces.Count > 1;

    private Scalar ColorOf(FacePrediction face) => face.IsPredicted || face.IsUncertain ? PredictedColor : _colors[face.Label];

    private void DrawLabel(Canvas canvas, FacePrediction face, Rect box, string id)
    {
        var name = face.IsUncertain ? $"{id}?" : $"{id}{labels[face.Label]}";
        var (text, height) = Fit(canvas, box, face.IsUncertain ? name : $"{name} {face.Confidence * 100:0}%", name);
        var padding = Math.Max(3, height * 2 / 3);
        var size = new Size(canvas.WidthOf(text, height) + 2 * padding, height + 2 * padding);
        var tab = Place(new Size(canvas.Width, canvas.Height), box, size, canvas.Stroke);
        var background = ColorOf(face);
        canvas.Fill(new Rect(tab.X - 1, tab.Y - 1, tab.Width + 2, tab.Height + 2), Palette.Ink);
        canvas.Fill(tab, background);
        canvas.Write(text, tab.X + padding, tab.Y + padding, height, Palette.On(background));
        _labelBoxes.Add(tab);
    }

    /// <summary>Chooses smaller text for smaller faces, and omits the confidence if the image is too narrow for it.</summary>
    private static (string Text, int Height) Fit(Canvas canvas, Rect box, string text, string name)
    {
        var minHeight = Math.Min(canvas.TextHeight, 9);
        var height = Math.Clamp(box.Width / 10, minHeight, canvas.TextHeight);
        while (height > 6 && canvas.WidthOf(text, height) + 2 * height > canvas.Width)
        {
            if (height <= minHeight && text != name)
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

    /// <summary>Places a label above the box, below it, or inside it: the first that is within the image and free of other labels.</summary>
    private Rect Place(Size bounds, Rect box, Size size, int stroke)
    {
        var left = Math.Clamp(box.X - stroke / 2, 0, Math.Max(0, bounds.Width - size.Width));
        int[] tops = [box.Y - size.Height - stroke / 2, box.Bottom + stroke / 2 + 1, box.Y + stroke, box.Bottom - size.Height - stroke];
        var places = tops
            .Select(top => new Rect(left, top, size.Width, size.Height))
            .Where(tab => tab.Y >= 0 && tab.Bottom <= bounds.Height);
        Rect? free = places.Where(tab => !_labelBoxes.Exists(tab.IntersectsWith)).Select(tab => (Rect?)tab).FirstOrDefault();
        var fallback = new Rect(left, Math.Clamp(tops[0], 0, Math.Max(0, bounds.Height - size.Height)), size.Width, size.Height);
        return free ?? fallback;
    }

    internal static Rect Scale(Rect box, double scale) =>
        new((int)(box.X * scale), (int)(box.Y * scale), (int)(box.Width * scale), (int)(box.Height * scale));
}
