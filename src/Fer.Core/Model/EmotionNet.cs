using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Dropout = Fer.Core.Model.Layers.Dropout;
using Linear = Fer.Core.Model.Layers.Linear;

namespace Fer.Core.Model;

/// <summary>
/// The default network: a stem, then stages of [convolution, max pooling, residual block with optional
/// squeeze-and-excitation], each convolution with batch norm and ReLU and possibly of low rank, then global pooling, channel dropout and one
/// linear layer.
/// </summary>
internal sealed class EmotionNet : EmotionNetwork
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly ConvBatchNorm stem;
    private readonly ModuleList<Stage> stages;
    private readonly Linear head;
#pragma warning restore IDE1006
    private readonly Dropout _dropout;
    private readonly GlobalPooling _pooling;

    public EmotionNet(EmotionNetArchitecture architecture, int labels)
        : base(architecture.Name)
    {
        stem = new ConvBatchNorm(1, architecture.Stem, pooled: true);
        stages = new ModuleList<Stage>([.. architecture.StageWidths.Select((stage, index) => new Stage(stage.Inputs, stage.Outputs, architecture.RanksOf(index), architecture.SqueezedChannels(stage.Outputs)))]);
        head = new Linear(architecture.Stages[^1], labels);
        init.normal_(head.Weight, 0, 0.01);
        _dropout = new Dropout(0.3, Masks, channels: true);
        _pooling = architecture.Pooling;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = stem.Activated(input.to(Precision.ScalarType()).InChannelsLast());
        foreach (var stage in stages)
        {
            x = stage.call(x);
        }

        x = _dropout.call(Pool(x)).flatten(1).to(ScalarType.Float32);
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

    private Tensor Pool(Tensor maps)
    {
        var average = maps.mean([2, 3], keepdim: true);
        return _pooling == GlobalPooling.AverageAndMax ? average.add(maps.amax([2, 3], keepdim: true), Scalars.One) : average;
    }

    /// <summary>Halves width and height, then adds one residual block.</summary>
    private sealed class Stage : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006
        private readonly ConvBatchNorm down;
        private readonly ConvBatchNorm residual1;
        private readonly ConvBatchNorm residual2;
        private readonly SqueezeExcitation? gate;
#pragma warning restore IDE1006

        public Stage(int inputs, int outputs, int[] ranks, int squeezedChannels)
            : base(nameof(Stage))
        {
            down = new ConvBatchNorm(inputs, outputs, pooled: true, ranks[0]);
            residual1 = new ConvBatchNorm(outputs, outputs, rank: ranks[1]);
            residual2 = new ConvBatchNorm(outputs, outputs, rank: ranks[2]);
            gate = squeezedChannels > 0 ? new SqueezeExcitation(outputs, squeezedChannels) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = down.Activated(input);
            var refined = residual1.Activated(x);
            return gate is null ? residual2.Activated(refined, x) : gate.call(residual2.call(refined)).add_(x, Scalars.One).relu_();
        }
    }
}
