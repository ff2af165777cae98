using OpenCvSharp;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>Prepares the native libraries of this process: malloc, OpenCV's log, NNPACK, threads.</summary>
public static class NativeRuntime
{
    /// <summary>To be called once, before the first tensor and the first call of OpenCV.</summary>
    /// <param name="torchThreads">Threads of libtorch and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void Prepare(int? torchThreads = null, int? openCvThreads = null)
    {
        NativeTuning.Apply();
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
