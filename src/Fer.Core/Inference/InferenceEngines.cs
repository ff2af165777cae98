using Fer.Core.Checkpoints;
using Fer.Core.Model;
using Fer.Core.Native;
using TorchSharp;

namespace Fer.Core.Inference;

/// <summary>Chooses what runs a network on the CPU.</summary>
public static class InferenceEngines
{
    /// <summary>ONNX Runtime on the CPU in float32, else libtorch.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads of the CPU; null for all processors.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the size of the images, or there is no such device.</exception>
    public static IInferenceEngine Open(Checkpoint checkpoint, string precision, string device, int? threads)
    {
        // Without a GPU in question libtorch is not even loaded.
        var isCpu = device == "cpu" || (device == "auto" && !TorchLibrary.IsForCuda);
        return isCpu && PrecisionChoice.Resolve(precision) == Precision.Float32
            ? OpenOnCpu(checkpoint, Precision.Float32)
            : OpenInTorch(checkpoint, precision, device, threads);
    }

    /// <summary>ONNX Runtime for float32, libtorch for bfloat16.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The number format of convolutions and dense layers.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the size of the images, or libtorch is missing.</exception>
    public static IInferenceEngine OpenOnCpu(Checkpoint checkpoint, Precision precision)
    {
        if (precision == Precision.Float32)
        {
            return OpenOnnx(checkpoint, Workers.Threads);
        }

        TorchLibrary.Require("bfloat16");
        return OpenInTorch(checkpoint, "bf16", "cpu", Workers.Threads);
    }

    /// <summary>ONNX Runtime; the networks of an ensemble apart from each other, so that they can run side by side.</summary>
    internal static IInferenceEngine OpenOnnx(Checkpoint checkpoint, int threads) => checkpoint.Architecture is EnsembleArchitecture
        ? new EnsembleEngine(checkpoint, threads)
        : new OnnxEngine(checkpoint, threads);

    private static TorchEngine OpenInTorch(Checkpoint checkpoint, string precision, string device, int? threads)
    {
        NativeRuntime.PrepareTorch(threads);
        var place = DeviceChoice.Resolve(device);
        return TorchEngine.Open(checkpoint, PrecisionChoice.Resolve(precision, place.type == DeviceType.CUDA), place);
    }
}
