using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>Where a training computes, and in which precision.</summary>
internal sealed record Hardware(Device Device, Precision Precision)
{
    /// <exception cref="FerException">The options ask for a device or a precision that is not available.</exception>
    public static Hardware For(TrainingOptions options)
    {
        var device = DeviceChoice.Resolve(options.Device);
        return new Hardware(device, PrecisionChoice.Resolve(options.Precision, device.type == DeviceType.CUDA));
    }
}
