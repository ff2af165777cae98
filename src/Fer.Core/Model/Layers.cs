using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>A convolution with "same" padding or none, computed in the type of its input.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Parameter weight;
    private readonly Parameter? bias;
#pragma warning restore IDE1006
    private readonly long _padding;
    private Tensor? _frozenWeight;
    private Tensor? _frozenMatrix;
    private Tensor? _frozenBias;

    public Convolution(int inputs, int outputs, int kernel, bool padded, bool biased)
        : base(nameof(Convolution))
    {
        weight = Parameter(empty(outputs, inputs, kernel, kernel));
        bias = biased ? Parameter(zeros(outputs)) : null;
        _padding = padded ? kernel / 2 : 0;
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public Parameter? Bias => bias;

    /// <summary>Computes with these weights from now on, in their type, without gradient.</summary>
    /// <param name="kernel">As the parameter; a copy is taken.</param>
    /// <param name="offset">A value for each output channel, or null.</param>
    /// <param name="type">The type of the inputs that will come.</param>
    public void Freeze(Tensor kernel, Tensor? offset, ScalarType type)
    {
        DisposeFrozen();
        _frozenWeight = kernel.detach().to(type).InChannelsLast().DetachFromDisposeScope();
        _frozenBias = offset?.detach().to(type).DetachFromDisposeScope();
    }

    public override Tensor forward(Tensor input)
    {
        if (_frozenWeight is not null)
        {
            return Answer(input, _frozenWeight);
        }

        var (kernel, offset) = (weight.to(input.dtype), bias?.to(input.dtype));
        return is_grad_enabled() && SmallMapConvolution.Suits(input, kernel, _padding)
            ? SmallMapConvolution.apply(input, kernel, offset!, _padding)
            : functional.conv2d(input, kernel, offset, padding: [_padding, _padding]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeFrozen();
        }

        base.Dispose(disposing);
    }

    private Tensor Answer(Tensor input, Tensor kernel)
    {
        if (!Unfolding.SuitsKeptWeights(input, kernel, _padding))
        {
            return functional.conv2d(input, kernel, _frozenBias, padding: [_padding, _padding]);
        }

        _frozenMatrix ??= Unfolding.Weights(kernel).DetachFromDisposeScope();
        return Unfolding.Convolve(input, _frozenMatrix, _frozenBias, _padding);
    }

    private void DisposeFrozen()
    {
        _frozenWeight?.Dispose();
        _frozenMatrix?.Dispose();
        _frozenBias?.Dispose();
        (_frozenWeight, _frozenMatrix, _frozenBias) = (null, null, null);
    }

    /// <summary>Adds this layer, registered under <paramref name="name"/>, to a graph.</summary>
    public string Describe(NetworkGraph graph, string name, string input) => graph.Add(
        "Conv",
        bias is null ? [input, $"{name}.{nameof(weight)}"] : [input, $"{name}.{nameof(weight)}", $"{name}.{nameof(bias)}"],
        ("kernel_shape", weight.shape[2..]),
        ("pads", new[] { _padding, _padding, _padding, _padding }));
}

/// <summary>A dense layer computed in the type of its input.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Parameter weight;
    private readonly Parameter bias;
#pragma warning restore IDE1006

    public Dense(int inputs, int outputs)
        : base(nameof(Dense))
    {
        weight = Parameter(empty(outputs, inputs));
        bias = Parameter(zeros(outputs));
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor input) =>
        functional.linear(input, weight.to(input.dtype), bias.to(input.dtype));

    /// <summary>Adds this layer, registered under <paramref name="name"/>, to a graph.</summary>
    public string Describe(NetworkGraph graph, string name, string input) =>
        graph.Add("Gemm", [input, $"{name}.{nameof(weight)}", $"{name}.{nameof(bias)}"], ("transB", 1L));
}

/// <summary>Dropout of single values or, with <paramref name="channels"/>, of whole feature maps.</summary>
internal sealed class Dropout(double probability, MaskSource masks, bool channels = false)
    : nn.Module<Tensor, Tensor>(nameof(Dropout))
{
    public override Tensor forward(Tensor input)
    {
        if (!training || probability == 0)
        {
            return input.alias();
        }

        // The mask takes the memory order of the activations (channels last), else the product would convert one of them.
        var shape = input.shape;
        using var mask = (shape.Length, channels) switch
        {
            (4, true) => masks.Next([shape[0], shape[1], 1, 1], probability, input.dtype, input.device),
            (4, false) => masks.Next([shape[0], shape[2], shape[3], shape[1]], probability, input.dtype, input.device).permute(0, 3, 1, 2),
            _ => masks.Next(shape, probability, input.dtype, input.device),
        };
        return input * mask;
    }
}
