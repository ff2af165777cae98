namespace Fer.Core.Detection.View;

/// <summary>Whether there is a screen to open a window on.</summary>
public static class Display
{
    /// <summary>Asks the environment, before OpenCV throws.</summary>
    /// <exception cref="FerException">There is no display.</exception>
    public static void Require() => Require(Environment.GetEnvironmentVariable);

    internal static void Require(Func<string, string?> environment)
    {
        if (string.IsNullOrEmpty(environment("DISPLAY")) && string.IsNullOrEmpty(environment("WAYLAND_DISPLAY")))
        {
            throw new FerException("no display: neither DISPLAY nor WAYLAND_DISPLAY is set; use --headless, with --json, --csv or --output for the results");
        }
    }
}
