using System.Globalization;
using Fer.Core.Data;
using OpenCvSharp;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>Prepares the native libraries of this process: malloc, OpenCV's log, NNPACK, threads.</summary>
public static class NativeRuntime
{
    /// <summary>For commands that use libtorch. Call once, before the first tensor and the first call of OpenCV.</summary>
    /// <param name="torchThreads">Threads of libtorch and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void Prepare(int? torchThreads = null, int? openCvThreads = null)
    {
        NativeTuning.Apply();
        PrepareWithoutTorch(torchThreads, openCvThreads);
        PrepareTorch(torchThreads);
    }

    /// <summary>Prepares everything but libtorch, which takes half a second and 300 MB to load.</summary>
    /// <param name="threads">Threads of inference and of our own loops; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void PrepareWithoutTorch(int? threads = null, int? openCvThreads = null)
    {
        // OpenCV reads it when its library is loaded: a second limit, for formats whose headers ImageDecoder cannot read.
        NativeEnvironment.SetDefault("OPENCV_IO_MAX_IMAGE_PIXELS", ImageDecoder.MaxPixels.ToString(CultureInfo.InvariantCulture));
        OpenCvLog.Silence();
        if (threads is { } limit)
        {
            Workers.Threads = limit;
        }

        if (openCvThreads is { } count)
        {
            Cv2.SetNumThreads(count);
        }
    }

    /// <summary>Loads libtorch.</summary>
    /// <param name="threads">Its threads; null for all processors.</param>
    /// <exception cref="DllNotFoundException">libtorch, or what it needs, is missing.</exception>
    public static void PrepareTorch(int? threads)
    {
        TorchLibrary.Load();
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        Nnpack.Disable();
    }
}
