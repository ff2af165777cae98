using System.Runtime.InteropServices;

namespace Fer.Core.Tests.Support;

/// <summary>
/// Asks a window to close as a window manager does when its closing button is pressed: by the message WM_DELETE_WINDOW.
/// A bare Xvfb has no window manager, and xdotool can only tear windows down.
/// </summary>
internal static partial class ClosingButton
{
    private const string X11 = "libX11.so.6";
    private const int ClientMessage = 33;

    public static void Press(string window)
    {
        var display = XOpenDisplay(null);
        var id = nuint.Parse(window);
        var message = new Message
        {
            Type = ClientMessage,
            SendEvent = 1,
            Display = display,
            Window = id,
            MessageType = XInternAtom(display, "WM_PROTOCOLS", 0),
            Format = 32,
            First = XInternAtom(display, "WM_DELETE_WINDOW", 0),
        };
        _ = XSendEvent(display, id, 0, 0, ref message);
        _ = XCloseDisplay(display);
    }

    [LibraryImport(X11, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint XOpenDisplay(string? name);

    [LibraryImport(X11)]
    private static partial int XCloseDisplay(nint display);

    [LibraryImport(X11, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nuint XInternAtom(nint display, string name, int onlyIfExists);

    [LibraryImport(X11)]
    private static partial int XSendEvent(nint display, nuint window, int propagate, nint mask, ref Message message);

    // XClientMessageEvent, padded to the size of the union XEvent.
    [StructLayout(LayoutKind.Sequential, Size = 192)]
    private struct Message
    {
        public int Type;
        public nuint Serial;
        public int SendEvent;
        public nint Display;
        public nuint Window;
        public nuint MessageType;
        public int Format;
        public nuint First;
    }
}
