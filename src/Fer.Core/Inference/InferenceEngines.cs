using Fer.Core.Checkpoints;
using Fer.Core.Model;
using Fer.Core.Native;
using TorchSharp;

namespace Fer.Core.Inference;

/// <summary>Chooses the engine that runs a network.</summary>
public static class InferenceEngines
{
    /// <summary>ONNX Runtime for float32 on the CPU, libtorch for everything else.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The requested precision.</param>
    /// <param name="device">The requested device.</param>
    /// <param name="threads">Threads of the CPU; null for all processors.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size, or the device is not available.</exception>
    public static IInferenceEngine Open(Checkpoint checkpoint, RequestedPrecision precision, RequestedDevice device, int? threads)
    {
        // Where no GPU can be meant, libtorch is not even loaded.
        var isCpu = device == RequestedDevice.Cpu || (device == RequestedDevice.Auto && !TorchLibrary.IsForCuda);
        if (isCpu && PrecisionChoice.Resolve(precision) == Precision.Float32)
        {
            return OpenOnCpu(checkpoint, Precision.Float32);
        }

        return OpenInTorch(checkpoint, precision, device, threads);
    }

    /// <summary>ONNX Runtime for float32, libtorch for bfloat16.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The precision of the convolutional and linear layers.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size, or libtorch is not installed.</exception>
    public static IInferenceEngine OpenOnCpu(Checkpoint checkpoint, Precision precision)
    {
        if (precision == Precision.Float32)
        {
            return OpenOnnx(checkpoint, Workers.Threads);
        }

        TorchLibrary.Require("bfloat16");
        return OpenInTorch(checkpoint, RequestedPrecision.BFloat16, RequestedDevice.Cpu, Workers.Threads);
    }

    /// <summary>ONNX Runtime, with a session per member of an ensemble.</summary>
    internal static IInferenceEngine OpenOnnx(Checkpoint checkpoint, int threads) => checkpoint.Architecture is EnsembleArchitecture
        ? new EnsembleEngine(checkpoint, threads)
        : new OnnxEngine(checkpoint, threads);

    private static TorchEngine OpenInTorch(Checkpoint checkpoint, RequestedPrecision precision, RequestedDevice device, int? threads)
    {
        NativeRuntime.PrepareTorch(threads);
        var resolved = DeviceChoice.Resolve(device);
        return TorchEngine.Open(checkpoint, PrecisionChoice.Resolve(precision, resolved.type == DeviceType.CUDA), resolved);
    }
}
