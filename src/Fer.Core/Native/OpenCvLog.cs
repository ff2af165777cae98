namespace Fer.Core.Native;

/// <summary>The messages of native libraries on stderr.</summary>
public static class OpenCvLog
{
    // AV_LOG_QUIET of FFmpeg; OpenCV's own; GTK's search for an accessibility bus that few machines without a desktop have.
    private static readonly (string Name, string Value)[] Quiet = [("OPENCV_LOG_LEVEL", "SILENT"), ("OPENCV_FFMPEG_LOGLEVEL", "-8"), ("NO_AT_BRIDGE", "1")];

    /// <summary>
    /// Silences OpenCV and FFmpeg: this program reports the same failures in one line. Set <c>OPENCV_LOG_LEVEL</c> to
    /// see their messages. Call before the first use of OpenCV.
    /// </summary>
    public static void Silence()
    {
        if (Environment.GetEnvironmentVariable("OPENCV_LOG_LEVEL") is not null)
        {
            return;
        }

        foreach (var (name, value) in Quiet)
        {
            NativeEnvironment.SetDefault(name, value);
        }

        NativeMessages.Silence();
    }
}
