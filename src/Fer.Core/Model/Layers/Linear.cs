using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Layers;

/// <summary>A linear layer computed in the element type of its input.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Parameter weight;
    private readonly Parameter bias;
#pragma warning restore IDE1006

    public Linear(int inputs, int outputs)
        : base(nameof(Linear))
    {
        weight = Parameter(empty(outputs, inputs));
        bias = Parameter(zeros(outputs));
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor input) =>
        functional.linear(input, weight.to(input.dtype), bias.to(input.dtype));
}
