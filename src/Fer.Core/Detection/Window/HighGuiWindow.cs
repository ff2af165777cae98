using Fer.Core.Native;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>A HighGUI window that knows when it is closed. Everything on the main thread.</summary>
internal sealed class HighGuiWindow : IDisposable
{
    /// <summary>In place of a key: somebody closed the window.</summary>
    public const int Closed = -2;

    /// <summary>The key.</summary>
    public const int Escape = 27;

    /// <summary>A key without a letter, such as an arrow.</summary>
    public const int OtherKey = 256;

    // GTK's names of keys (gdkkeysyms.h): Shift, Control, Alt and their like; the bits above tell which are held down.
    private const int FirstModifier = 0xFFE1, LastModifier = 0xFFEE, Names = 0xFFFF;

    private const int WidestAtStart = 1280, TallestAtStart = 800;

    private readonly string _title;

    /// <summary>Prepares a window; it opens with the first image.</summary>
    /// <exception cref="FerException">There is no display.</exception>
    public HighGuiWindow(string title)
    {
        Display.Require();
        _title = title;
    }

    public bool IsOpen { get; private set; }

    /// <summary>Shows an image.</summary>
    /// <exception cref="FerException">The display does not let a window open.</exception>
    public void Show(Mat image)
    {
        if (!IsOpen)
        {
            Open(image.Size());
        }

        Cv2.ImShow(_title, image);
    }

    /// <summary>Lets the window draw itself and waits for a key.</summary>
    /// <returns>The key's letter, <see cref="OtherKey"/>, -1 for none, or <see cref="Closed"/>.</returns>
    public int WaitKey(int milliseconds)
    {
        if (!IsOpen)
        {
            Thread.Sleep(milliseconds);
            return -1;
        }

        // WaitKey would cut "left" (0xFF51) down to the letter Q.
        var code = Cv2.WaitKeyEx(milliseconds);
        return Exists() ? KeyOf(code) : Closed;
    }

    /// <summary>What a code of <c>waitKeyEx</c> stands for.</summary>
    internal static int KeyOf(int code) => (code & Names) switch
    {
        _ when code < 0 => -1,
        >= FirstModifier and <= LastModifier => -1,
        0xFF1B => Escape,
        < 256 and var letter => letter,
        _ => OtherKey,
    };

    public void Dispose()
    {
        if (IsOpen && Exists())
        {
            Cv2.DestroyWindow(_title);
            Cv2.WaitKey(1);
        }
    }

    private void Open(Size size)
    {
        try
        {
            Cv2.NamedWindow(_title, WindowFlags.Normal | WindowFlags.KeepRatio | WindowFlags.GuiNormal);
            var scale = Math.Min(1, Math.Min((double)WidestAtStart / size.Width, (double)TallestAtStart / size.Height));
            Cv2.ResizeWindow(_title, new Size(size.Width * scale, size.Height * scale));
        }
        catch (OpenCVException failure)
        {
            throw new FerException("the display does not let a window open (check DISPLAY and who may use it); or use --headless", failure);
        }

        IsOpen = true;
    }

    /// <summary>Under GTK a window does not say whether it is visible; one that is gone has no properties.</summary>
    private bool Exists() => Cv2.GetWindowProperty(_title, WindowPropertyFlags.AutoSize) >= 0;
}
