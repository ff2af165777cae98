using System.Globalization;
using Fer.Core.Data;
using OpenCvSharp;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>
/// Prepares the native libraries of this process: malloc, OpenCV's log and limits, libtorch, NNPACK, threads. Call one of
/// the public methods once, before the first tensor and the first call of OpenCV.
/// </summary>
public static class NativeRuntime
{
    /// <summary>For commands that train, or use libtorch otherwise.</summary>
    /// <param name="threads">Threads of libtorch and of our own loops; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void PrepareForTraining(int? threads = null)
    {
        NativeTuning.KeepFreedMemory();
        PrepareOpenCv(threads: null);
        LimitWorkers(threads);
        PrepareTorch(threads);
    }

    /// <summary>For inference on many images at once. libtorch, which takes half a second and 300 MB to load, stays out.</summary>
    /// <param name="threads">Threads of inference and of our own loops; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void PrepareForEvaluation(int? threads)
    {
        NativeTuning.KeepFreedMemory();
        PrepareOpenCv(threads: null);
        LimitWorkers(threads);
    }

    /// <summary>For detection in frame after frame, in little memory and without libtorch.</summary>
    /// <param name="threads">Threads of inference; null for all processors.</param>
    /// <param name="openCvThreads">Threads of OpenCV; null for all processors.</param>
    /// <exception cref="DllNotFoundException">A native library, or what it needs, is missing.</exception>
    public static void PrepareForDetection(int? threads = null, int? openCvThreads = null)
    {
        NativeTuning.KeepMemorySmall();
        PrepareOpenCv(openCvThreads);
        LimitWorkers(threads);
    }

    /// <summary>Call after <see cref="PrepareForDetection"/> when the models are loaded.</summary>
    /// <remarks>The copies of the weights that loading left are a quarter of the process.</remarks>
    public static void ModelsAreLoaded()
    {
        ManagedMemory.ReturnGarbage();
        NativeTuning.ReturnFreedMemory();
        NativeTuning.KeepBlocksOfFrames();
    }

    /// <summary>Loads libtorch.</summary>
    /// <param name="threads">Its threads; null for all processors.</param>
    /// <exception cref="DllNotFoundException">libtorch, or what it needs, is missing.</exception>
    internal static void PrepareTorch(int? threads)
    {
        TorchLibrary.Load();
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        Nnpack.Disable();
    }

    private static void PrepareOpenCv(int? threads)
    {
        // OpenCV reads it when its library is loaded: a second limit, for formats whose headers ImageDecoder cannot read.
        NativeEnvironment.SetDefault("OPENCV_IO_MAX_IMAGE_PIXELS", ImageDecoder.MaxPixels.ToString(CultureInfo.InvariantCulture));
        OpenCvLog.Silence();
        if (threads is { } count)
        {
            Cv2.SetNumThreads(count);
        }
    }

    private static void LimitWorkers(int? threads)
    {
        if (threads is { } count)
        {
            Workers.Threads = count;
        }
    }
}
