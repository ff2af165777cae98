using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Benchmarking;

/// <summary>The same networks built from TorchSharp's own layers: the baseline of the benchmarks.</summary>
internal static class BaselineNetworks
{
    private static readonly Dictionary<Type, Func<Architecture, int, nn.Module<Tensor, Tensor>>> Builders = new()
    {
        [typeof(ClassicArchitecture)] = (_, labels) => Classic(labels),
        [typeof(EmotionNetArchitecture)] = (architecture, labels) => new Residual((EmotionNetArchitecture)architecture, labels),
        [typeof(EnsembleArchitecture)] = (architecture, labels) => new Ensemble((EnsembleArchitecture)architecture, labels),
    };

    public static nn.Module<Tensor, Tensor> Build(Architecture architecture, int labels) =>
        Builders[architecture.GetType()](architecture, labels);

    private static nn.Module<Tensor, Tensor> Classic(int labels) => Sequential(
        Conv2d(1, 128, 3), ReLU(), MaxPool2d(2), Dropout(0.4),
        Conv2d(128, 256, 3), ReLU(), MaxPool2d(2), Dropout(0.4),
        Conv2d(256, 512, 3), ReLU(), MaxPool2d(2), Dropout(0.4),
        Conv2d(512, 512, 3), ReLU(), MaxPool2d(2), Dropout(0.4),
        Flatten(),
        Linear(512, 512), ReLU(), Dropout(0.4),
        Linear(512, 256), ReLU(), Dropout(0.3),
        Linear(256, labels));

    private static nn.Module<Tensor, Tensor> ConvBatchNorm(int inputs, int outputs, int rank = 0) => rank == 0
        ? Sequential(Conv2d(inputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs))
        : Sequential(Conv2d(inputs, rank, 3, padding: 1, bias: false), Conv2d(rank, outputs, 1, bias: false), BatchNorm2d(outputs));

    /// <summary><see cref="EnsembleNet"/> with the library's own layers.</summary>
    private sealed class Ensemble : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _members;

        public Ensemble(EnsembleArchitecture architecture, int labels)
            : base(nameof(Ensemble))
        {
            nn.Module<Tensor, Tensor>[] members = [.. architecture.Members.Select(member => Build(member, labels))];
            _members = new ModuleList<nn.Module<Tensor, Tensor>>(members);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var probabilities = stack(_members.Select(member => member.call(input).softmax(1))).mean([0]);
            return probabilities.log().MoveToOuterDisposeScope();
        }
    }

    /// <summary><see cref="EmotionNet"/> with the library's own layers.</summary>
    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _stem;
        private readonly nn.Module<Tensor, Tensor> _stages;
        private readonly nn.Module<Tensor, Tensor> _dropout = Dropout2d(0.3);
        private readonly nn.Module<Tensor, Tensor> _head;
        private readonly bool _addsMaximum;

        public Residual(EmotionNetArchitecture architecture, int labels)
            : base(nameof(Residual))
        {
            _stem = Sequential(ConvBatchNorm(1, architecture.Stem), ReLU(), MaxPool2d(2));
            var inputs = architecture.Stages.Prepend(architecture.Stem);
            _stages = Sequential([.. inputs.Zip(architecture.Stages, (From, To) => (From, To)).Select((stage, index) => new Stage(stage.From, stage.To, architecture.RanksOf(index), architecture.SqueezedChannels(stage.To)))]);
            _head = Linear(architecture.Stages[^1], labels);
            _addsMaximum = architecture.Pooling == GlobalPooling.AverageAndMax;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = _stages.call(_stem.call(input));
            var mean = x.mean([2, 3], keepdim: true);
            x = _addsMaximum ? mean.add(x.amax([2, 3], keepdim: true), Scalars.One) : mean;
            return _head.call(_dropout.call(x).flatten(1)).MoveToOuterDisposeScope();
        }
    }

    private sealed class Stage : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _down;
        private readonly nn.Module<Tensor, Tensor> _residual;
        private readonly nn.Module<Tensor, Tensor>? _gate;

        public Stage(int inputs, int outputs, int[] ranks, int squeezed)
            : base(nameof(Stage))
        {
            _down = Sequential(ConvBatchNorm(inputs, outputs, ranks[0]), ReLU(), MaxPool2d(2));
            _residual = Sequential(ConvBatchNorm(outputs, outputs, ranks[1]), ReLU(), ConvBatchNorm(outputs, outputs, ranks[2]));
            _gate = squeezed > 0
                ? Sequential(AdaptiveAvgPool2d(1), Conv2d(outputs, squeezed, 1), ReLU(), Conv2d(squeezed, outputs, 1), Sigmoid())
                : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = _down.call(input);
            var refined = _residual.call(x);
            return nn.functional.relu((_gate is null ? refined : refined * _gate.call(refined)).add(x, Scalars.One));
        }
    }
}
