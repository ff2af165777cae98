using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>Whether there is a display to open a window on.</summary>
public static partial class Display
{
    /// <summary>Checks the environment and the X server, before OpenCV fails and before anything is written.</summary>
    /// <exception cref="FerException">There is no display, or it refuses the connection.</exception>
    public static void Require()
    {
        // Elsewhere windows need no X server.
        if (OperatingSystem.IsLinux())
        {
            Require(Environment.GetEnvironmentVariable, Answers);
        }
    }

    internal static void Require(Func<string, string?> environment, Func<string, bool> answers)
    {
        var display = environment("DISPLAY");
        if (!string.IsNullOrEmpty(environment("WAYLAND_DISPLAY")))
        {
            return;
        }

        if (string.IsNullOrEmpty(display))
        {
            throw new FerException("no display: neither DISPLAY nor WAYLAND_DISPLAY is set; use --headless with --json, --csv or --output");
        }

        if (!answers(display))
        {
            throw new FerException($"the display {display} does not answer or refuses the connection (check DISPLAY and xhost); or use --headless");
        }
    }

    private static bool Answers(string name)
    {
        try
        {
            var display = XOpenDisplay(name);
            if (display == 0)
            {
                return false;
            }

            _ = XCloseDisplay(display);
        }
        catch (DllNotFoundException)
        {
            // The library comes with GTK; without it, OpenCV's own error says more.
        }

        return true;
    }

    [LibraryImport("libX11.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint XOpenDisplay(string name);

    [LibraryImport("libX11.so.6")]
    private static partial int XCloseDisplay(nint display);
}
