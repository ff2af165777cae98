using OpenCvSharp;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>Prepares the native libraries of this process: malloc, OpenCV's log, NNPACK, threads.</summary>
public static class NativeRuntime
{
    /// <summary>Call once, before the first tensor and the first call of OpenCV.</summary>
    /// <param name="torchThreads">Threads of libtorch and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void Prepare(int? torchThreads = null, int? openCvThreads = null)
    {
        NativeTuning.Apply();
        // OpenCV reads it when its library is loaded: a second limit, for formats whose headers ImageDecoder cannot read.
        NativeEnvironment.SetDefault("OPENCV_IO_MAX_IMAGE_PIXELS", "100000000");
        OpenCvLog.Silence();
        TorchLibrary.Load();
        if (torchThreads is { } threads)
        {
            torch.set_num_threads(threads);
        }

        if (openCvThreads is { } count)
        {
            Cv2.SetNumThreads(count);
        }

        Nnpack.Disable();
    }
}
