using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Dropout = Fer.Core.Model.Layers.Dropout;
using Linear = Fer.Core.Model.Layers.Linear;

namespace Fer.Core.Model;

/// <summary>
/// The default network: a stem, stages of [convolution, max pooling, residual block, with squeeze-and-excitation if
/// wanted], each convolution with batch norm and ReLU, then the mean over the image (and its maximum added, if wanted),
/// dropout of whole channels, and one dense layer.
/// </summary>
internal sealed class EmotionNet : EmotionNetwork
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly ConvBatchNorm stem;
    private readonly ModuleList<Stage> stages;
    private readonly Linear head;
#pragma warning restore IDE1006
    private readonly Dropout _dropout;
    private readonly bool _addsMaximum;

    public EmotionNet(EmotionNetArchitecture architecture, int labels)
        : base(architecture.Name)
    {
        stem = new ConvBatchNorm(1, architecture.Stem);
        var inputs = architecture.Stages.Prepend(architecture.Stem);
        stages = new ModuleList<Stage>([.. inputs.Zip(architecture.Stages, (from, to) => new Stage(from, to, architecture.Squeezed(to)))]);
        head = new Linear(architecture.Stages[^1], labels);
        init.normal_(head.Weight, 0, 0.01);
        _dropout = new Dropout(0.3, Masks, channels: true);
        _addsMaximum = architecture.AddsMaximum;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = stem.Pooled(input.to(Precision.ScalarType()).InChannelsLast());
        foreach (var stage in stages)
        {
            x = stage.call(x);
        }

        var mean = x.mean([2, 3], keepdim: true);
        x = _addsMaximum ? mean + x.amax([2, 3], keepdim: true) : mean;
        x = _dropout.call(x).flatten(1).to(ScalarType.Float32);
        return head.call(x).MoveToOuterDisposeScope();
    }

    public override void FuseForInference()
    {
        eval();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var layer in modules().OfType<ConvBatchNorm>())
        {
            layer.FuseForInference(Precision.ScalarType());
        }
    }

    /// <summary>Halves the image, then refines it with one residual block.</summary>
    private sealed class Stage : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006
        private readonly ConvBatchNorm down;
        private readonly ConvBatchNorm residual1;
        private readonly ConvBatchNorm residual2;
        private readonly SqueezeExcitation? gate;
#pragma warning restore IDE1006

        public Stage(int inputs, int outputs, int squeezed)
            : base(nameof(Stage))
        {
            down = new ConvBatchNorm(inputs, outputs);
            residual1 = new ConvBatchNorm(outputs, outputs);
            residual2 = new ConvBatchNorm(outputs, outputs);
            gate = squeezed > 0 ? new SqueezeExcitation(outputs, squeezed) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = down.Pooled(input);
            var refined = residual2.call(residual1.call(x).relu_());
            return (gate?.call(refined) ?? refined).add_(x).relu_();
        }
    }
}
