using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Inference;

/// <summary>libtorch: for GPUs, bfloat16 and networks in training.</summary>
public sealed class TorchEngine : IInferenceEngine
{
    private readonly EmotionNetwork _network;
    private readonly FacePreprocessor _preprocessor;
    private readonly Device _device;
    private readonly bool _isOwner;
    private float[] _logits = [];

    /// <summary>Runs a network that the caller disposes of; it is switched to evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="preprocessor">The preprocessing that it was trained with.</param>
    /// <param name="device">The device of the network.</param>
    public TorchEngine(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
    {
        (_network, _preprocessor, _device) = (network, preprocessor, device);
        network.eval();
    }

    private TorchEngine(Checkpoint checkpoint, Precision precision, Device device)
        : this(checkpoint.BuildNetwork(precision, device), new FacePreprocessor(checkpoint.Preprocessing), device)
    {
        _isOwner = true;
        _network.FuseForInference();
    }

    /// <summary>The network of a checkpoint.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size.</exception>
    public static TorchEngine Open(Checkpoint checkpoint, Precision precision, Device? device = null) => new(checkpoint, precision, device ?? CPU);

    /// <inheritdoc/>
    public int BatchSize => 128;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(ReadOnlySpan<float> pixels, int faces)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        var size = _preprocessor.Size;
        var input = empty(faces, 1, size, size);
        pixels[..(faces * size * size)].CopyTo(MemoryMarshal.Cast<byte, float>(input.bytes));
        var output = _network.call(_preprocessor.Normalize(input.to(_device))).cpu();
        _logits = output.data<float>().ToArray();
        return _logits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwner)
        {
            _network.Dispose();
        }
    }
}
