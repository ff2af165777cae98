using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>
/// The default network: a stem, stages of [convolution, max pooling, residual block, with squeeze-and-excitation if
/// wanted], each convolution with batch norm and ReLU, then the mean over the picture (and its maximum added, if wanted),
/// dropout of whole channels, and one dense layer.
/// </summary>
internal sealed class EmotionNet : EmotionNetwork
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly NormalisedConvolution stem;
    private readonly ModuleList<Stage> stages;
    private readonly Dense head;
#pragma warning restore IDE1006
    private readonly Dropout _dropout;
    private readonly bool _addsMaximum;

    public EmotionNet(EmotionNetArchitecture architecture, int labels)
        : base(architecture.Name)
    {
        stem = new NormalisedConvolution(1, architecture.Stem);
        var inputs = architecture.Stages.Prepend(architecture.Stem);
        stages = new ModuleList<Stage>([.. inputs.Zip(architecture.Stages, (from, to) => new Stage(from, to, architecture.Squeezed(to)))]);
        head = new Dense(architecture.Stages[^1], labels);
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

    public override void Freeze()
    {
        eval();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var layer in modules().OfType<NormalisedConvolution>())
        {
            layer.Freeze(Precision.ScalarType());
        }
    }

    internal override string Describe(NetworkGraph graph, string prefix, string input)
    {
        var x = stem.DescribePooled(graph, prefix + nameof(stem), input);
        for (var i = 0; i < stages.Count; i++)
        {
            x = stages[i].Describe(graph, $"{prefix}{nameof(stages)}.{i}", x);
        }

        var mean = graph.Add("GlobalAveragePool", [x]);
        x = _addsMaximum ? graph.Add("Add", [mean, graph.Add("GlobalMaxPool", [x])]) : mean;
        return head.Describe(graph, prefix + nameof(head), graph.Add("Flatten", [x]));
    }

    /// <summary>A convolution 3x3 without bias, then batch norm in float32 statistics.</summary>
    private sealed class NormalisedConvolution : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006
        private readonly Convolution conv;
        private readonly BatchNorm2d norm;
#pragma warning restore IDE1006
        private bool _isFrozen;

        public NormalisedConvolution(int inputs, int outputs)
            : base(nameof(NormalisedConvolution))
        {
            conv = new Convolution(inputs, outputs, 3, padded: true, biased: false);
            norm = BatchNorm2d(outputs);
            init.kaiming_normal_(conv.Weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
            RegisterComponents();
        }

        /// <summary>
        /// Batch norm with fixed statistics is a factor and an offset for each channel, which the convolution takes in.
        /// A maximum taken in between changes nothing as long as no factor is negative; else the layer stays as it is.
        /// </summary>
        public void Freeze(ScalarType type)
        {
            var factor = norm.weight / (norm.running_var! + norm.eps).sqrt();
            _isFrozen = factor.min().item<float>() >= 0;
            if (_isFrozen)
            {
                conv.Freeze(conv.Weight * factor.view(-1, 1, 1, 1), norm.bias! - norm.running_mean! * factor, type);
            }
            else
            {
                conv.Freeze(conv.Weight, null, type);
            }
        }

        public override Tensor forward(Tensor input) => Normalise(conv.call(input));

        /// <summary>Pooling before batch norm and ReLU leaves them a quarter of the work.</summary>
        public Tensor Pooled(Tensor input) => Normalise(FusedPooling.Pool(conv.call(input))).relu_();

        public string Describe(NetworkGraph graph, string name, string input) =>
            DescribeNorm(graph, name, conv.Describe(graph, $"{name}.{nameof(conv)}", input));

        public string DescribePooled(NetworkGraph graph, string name, string input) => graph.Relu(
            DescribeNorm(graph, name, graph.HalvingMaxPool(conv.Describe(graph, $"{name}.{nameof(conv)}", input))));

        private Tensor Normalise(Tensor maps) => _isFrozen ? maps : norm.call(maps);

        private string DescribeNorm(NetworkGraph graph, string name, string input) => graph.Add(
            "BatchNormalization",
            [input, .. new[] { "weight", "bias", "running_mean", "running_var" }.Select(part => $"{name}.{nameof(norm)}.{part}")],
            ("epsilon", (float)norm.eps));
    }

    /// <summary>Halves the picture, then refines it with one residual block.</summary>
    private sealed class Stage : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006
        private readonly NormalisedConvolution down;
        private readonly NormalisedConvolution residual1;
        private readonly NormalisedConvolution residual2;
        private readonly ChannelGate? gate;
#pragma warning restore IDE1006

        public Stage(int inputs, int outputs, int squeezed)
            : base(nameof(Stage))
        {
            down = new NormalisedConvolution(inputs, outputs);
            residual1 = new NormalisedConvolution(outputs, outputs);
            residual2 = new NormalisedConvolution(outputs, outputs);
            gate = squeezed > 0 ? new ChannelGate(outputs, squeezed) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = down.Pooled(input);
            var refined = residual2.call(residual1.call(x).relu_());
            return (gate?.call(refined) ?? refined).add_(x).relu_();
        }

        public string Describe(NetworkGraph graph, string name, string input)
        {
            var x = down.DescribePooled(graph, $"{name}.{nameof(down)}", input);
            var refined = graph.Relu(residual1.Describe(graph, $"{name}.{nameof(residual1)}", x));
            refined = residual2.Describe(graph, $"{name}.{nameof(residual2)}", refined);
            refined = gate?.Describe(graph, $"{name}.{nameof(gate)}", refined) ?? refined;
            return graph.Relu(graph.Add("Add", [refined, x]));
        }
    }
}
