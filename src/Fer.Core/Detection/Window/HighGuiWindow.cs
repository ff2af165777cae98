using Fer.Core.Native;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>A HighGUI window that reports when it is closed. Use it on the main thread only.</summary>
internal sealed class HighGuiWindow : IDisposable
{
    /// <summary>Returned instead of a key: the user closed the window.</summary>
    public const int Closed = -2;

    /// <summary>The Escape key.</summary>
    public const int Escape = 27;

    /// <summary>A key without a character, such as an arrow.</summary>
    public const int OtherKey = 256;

    // GTK's key codes (gdkkeysyms.h) of Shift, Control, Alt and similar keys; the higher bits are the modifier state.
    private const int FirstModifier = 0xFFE1, LastModifier = 0xFFEE, KeyMask = 0xFFFF;

    private const int MaxInitialWidth = 1280, MaxInitialHeight = 800;

    private readonly string _title;

    /// <summary>Prepares a window, which opens with the first image.</summary>
    /// <exception cref="FerException">There is no display.</exception>
    public HighGuiWindow(string title)
    {
        Display.Require();
        _title = title;
    }

    public bool IsOpen { get; private set; }

    /// <summary>Shows an image.</summary>
    /// <exception cref="FerException">The display refuses the connection.</exception>
    public void Show(Mat image)
    {
        if (!IsOpen)
        {
            Open(image.Size());
        }

        Cv2.ImShow(_title, image);
    }

    /// <summary>Processes the window's events and waits for a key.</summary>
    /// <returns>The character of the key, <see cref="OtherKey"/>, -1 for none, or <see cref="Closed"/>.</returns>
    public int WaitKey(int milliseconds)
    {
        if (!IsOpen)
        {
            Thread.Sleep(milliseconds);
            return -1;
        }

        // WaitKey would truncate the left arrow (0xFF51) to the letter Q.
        var code = Cv2.WaitKeyEx(milliseconds);
        return Exists() ? KeyOf(code) : Closed;
    }

    /// <summary>The key for a code of <c>waitKeyEx</c>.</summary>
    internal static int KeyOf(int code) => (code & KeyMask) switch
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
            var fit = Math.Min((double)MaxInitialWidth / size.Width, (double)MaxInitialHeight / size.Height);
            var scale = Math.Min(1, fit);
            Cv2.ResizeWindow(_title, new Size(size.Width * scale, size.Height * scale));
        }
        catch (OpenCVException failure)
        {
            throw new FerException("no window can be opened on the display (check DISPLAY and the access to it); or use --headless", failure);
        }

        IsOpen = true;
    }

    /// <summary>GTK does not report whether a window is visible, but a closed one has no properties.</summary>
    private bool Exists() => Cv2.GetWindowProperty(_title, WindowPropertyFlags.AutoSize) >= 0;
}
