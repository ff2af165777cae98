using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>What the window shows besides the faces: speed, recording, messages, keys.</summary>
internal static class StatusOverlay
{
    private static readonly (string Key, string Action)[] Keys =
    [
        ("q, Esc", "quit"),
        ("space", "pause and resume"),
        ("b", "bars of the largest face"),
        ("s", "save a snapshot"),
        ("r", "start and stop recording"),
        ("h", "this help"),
    ];

    /// <summary>The speed, in the upper right corner.</summary>
    public static void DrawSpeed(Canvas canvas, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        var height = canvas.TextHeight * 4 / 5;
        var width = canvas.WidthOf(text, height);
        var area = new Rect(canvas.Width - width - 3 * height, height, width + 2 * height, height * 5 / 2);
        canvas.Shade(area);
        canvas.Write(text, area.X + height, area.Y + height * 3 / 4, height, Palette.Paper);
    }

    /// <summary>A red dot and the length of the recording, in the upper left corner.</summary>
    public static void DrawRecording(Canvas canvas, TimeSpan length)
    {
        var height = canvas.TextHeight * 4 / 5;
        var text = $"REC {(int)length.TotalMinutes}:{length.Seconds:00}";
        var width = canvas.WidthOf(text, height);
        var area = new Rect(height, height, width + 4 * height, height * 5 / 2);
        canvas.Shade(area);
        var dot = new Point(area.X + height * 3 / 2, area.Y + area.Height / 2);
        Cv2.Circle(canvas.Image, dot, Math.Max(3, height * 5 / 8), Palette.Alert, -1, LineTypes.AntiAlias);
        canvas.Write(text, area.X + 3 * height, area.Y + height * 3 / 4, height, Palette.Paper);
    }

    /// <summary>A line of text, at the center of the upper edge.</summary>
    public static void DrawMessage(Canvas canvas, string text)
    {
        var height = canvas.TextHeight;
        while (height > 7 && canvas.WidthOf(text, height) + 24 * height > canvas.Width)
        {
            height--;
        }

        var size = new Size(canvas.WidthOf(text, height) + 3 * height, height * 3);
        var area = new Rect(new Point((canvas.Width - size.Width) / 2, height), size);
        canvas.Shade(area);
        canvas.Write(text, area.X + height * 3 / 2, area.Y + height, height, Palette.Paper);
    }

    /// <summary>The keys and their actions, in the center.</summary>
    public static void DrawHelp(Canvas canvas)
    {
        var height = canvas.TextHeight;
        var names = Keys.Max(key => canvas.WidthOf(key.Key, height));
        var actions = Keys.Max(key => canvas.WidthOf(key.Action, height));
        var size = new Size(names + actions + 6 * height, (Keys.Length * 5 / 2 + 3) * height);
        var area = new Rect(new Point((canvas.Width - size.Width) / 2, (canvas.Height - size.Height) / 2), size);
        canvas.Shade(area);
        var y = area.Y + 2 * height;
        foreach (var (key, action) in Keys)
        {
            canvas.Write(key, area.X + 2 * height, y, height, Palette.Paper);
            canvas.Write(action, area.X + 4 * height + names, y, height, Palette.Faint);
            y += height * 5 / 2;
        }
    }
}
