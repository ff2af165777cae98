using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Inference;

/// <summary>libtorch: for GPUs, for bfloat16 and for networks in training.</summary>
public sealed class TorchEngine : IInferenceEngine
{
    private readonly EmotionNetwork _network;
    private readonly FacePreprocessor _preprocessor;
    private readonly Device _device;
    private readonly bool _isOwner;
    private float[] _logits = [];

    /// <summary>A network that stays the caller's; it is left in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="preprocessor">The preprocessing that it was trained with.</param>
    /// <param name="device">Where the network is.</param>
    public TorchEngine(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
    {
        (_network, _preprocessor, _device) = (network, preprocessor, device);
        network.eval();
    }

    private TorchEngine(Checkpoint checkpoint, Precision precision, Device device)
        : this(checkpoint.BuildNetwork(), new FacePreprocessor(checkpoint.Preprocessing), device)
    {
        _isOwner = true;
        _network.Precision = precision;
        _network.to(device);
        _network.FuseForInference();
    }

    /// <summary>The network of a checkpoint.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the size of the images.</exception>
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
