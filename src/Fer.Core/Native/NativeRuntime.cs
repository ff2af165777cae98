using OpenCvSharp;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>Prepares the native libraries of this process: malloc, OpenCV's log, NNPACK, threads.</summary>
public static class NativeRuntime
{
    /// <summary>For commands that use libtorch; to be called once, before the first tensor and the first call of OpenCV.</summary>
    /// <param name="torchThreads">Threads of libtorch and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    public static void Prepare(int? torchThreads = null, int? openCvThreads = null)
    {
        NativeTuning.Apply();
        PrepareWithoutTorch(torchThreads, openCvThreads);
        PrepareTorch(torchThreads);
    }

    /// <summary>The part of <see cref="Prepare"/> that leaves libtorch alone, which takes half a second and 300 MB to load.</summary>
    /// <param name="threads">Threads of inference and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    public static void PrepareWithoutTorch(int? threads = null, int? openCvThreads = null)
    {
        OpenCvLog.Silence();
        Workers.Threads = threads ?? Workers.Threads;
        if (openCvThreads is { } count)
        {
            Cv2.SetNumThreads(count);
        }
    }

    /// <summary>Loads libtorch.</summary>
    /// <param name="threads">Its threads; null for all processors.</param>
    public static void PrepareTorch(int? threads)
    {
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        Nnpack.Disable();
    }
}
