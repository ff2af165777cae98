using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Low-rank factorization: a 3x3 convolution becomes one with fewer channels, and a 1x1 convolution that expands them. The channels are
/// the principal components of the convolution's outputs on real images (Zhang et al. 2016, "Accelerating Very Deep Convolutional
/// Networks for Classification and Detection"), so the network predicts nearly the same before it is trained any further.
/// </summary>
public static class LowRankFactorization
{
    // The kernels compute multiples of this many channels at full speed.
    private const int RankStep = 8;

    // Outputs in float64, before pooling, of a batch; at 48 pixels and a width of 48 that is 68 images.
    private const long BatchElements = 1 << 24;

    /// <summary>As many images suffice for the covariance of 384 channels, since each has at least nine pixels.</summary>
    public const int EnoughImages = 2048;

    /// <summary>Factorizes the convolutions of all stages, each with a rank that the outputs of all of them suggest.</summary>
    /// <param name="checkpoint">A default network.</param>
    /// <param name="faces">Images like those that it was trained on, all of which are used: <see cref="EnoughImages"/> suffice.</param>
    /// <param name="maxMultiplyAdds">The most multiply-adds (MACs) for an image that the result may have.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="FerException">The network is of another kind or factorized already, or cannot have that few multiply-adds.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static Checkpoint Factorize(Checkpoint checkpoint, FaceDataset faces, double maxMultiplyAdds, CancellationToken cancellation = default)
    {
        var whole = RequireWhole(checkpoint);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = checkpoint.BuildNetwork();
        var layers = Analyze(network, checkpoint, faces, cancellation);
        var others = FlopCount.Of(network, checkpoint.Preprocessing.Size).Total - layers.Sum(layer => layer.Cost(layer.Outputs));
        ChooseRanks(checkpoint, layers, maxMultiplyAdds, others);

        var architecture = whole with { Ranks = [.. layers.Select(layer => layer.IsWhole ? 0 : layer.Rank)] };
        using var factorized = architecture.Build(checkpoint.Labels.Count, checkpoint.Preprocessing.Size);
        var weights = network.state_dict();
        foreach (var layer in layers.Where(layer => !layer.IsWhole))
        {
            layer.Replace(weights);
        }

        foreach (var (name, weight) in factorized.state_dict())
        {
            weight.copy_(weights[name]);
        }

        return checkpoint with
        {
            Architecture = architecture,
            Weights = StateDictionary.Capture(factorized),
            Metrics = new Dictionary<string, double>(),
            Origin = $"low-rank factorization of {Path.GetFileName(checkpoint.Name)}",
            Training = null,
        };
    }

    /// <summary>Checks that a network can be factorized.</summary>
    /// <exception cref="FerException">It is of another kind, or factorized already.</exception>
    public static EmotionNetArchitecture RequireWhole(Checkpoint checkpoint)
    {
        if (checkpoint.Architecture is not EmotionNetArchitecture whole)
        {
            throw new FerException($"{checkpoint.Name} cannot be compressed: that is for {new EmotionNetArchitecture().Name}, and it is {checkpoint.Architecture.Name}");
        }

        return whole.Ranks.Count == 0 ? whole : throw new FerException($"{checkpoint.Name} has been compressed before: compress the network that it was made from");
    }

    /// <summary>The multiply-adds (MACs) of a network for an image.</summary>
    public static double MultiplyAdds(Checkpoint checkpoint)
    {
        using var network = checkpoint.BuildNetwork();
        return FlopCount.Of(network, checkpoint.Preprocessing.Size).Total;
    }

    private static Layer[] Analyze(EmotionNetwork network, Checkpoint checkpoint, FaceDataset faces, CancellationToken cancellation)
    {
        Layer[] layers =
        [
            .. network.named_modules()
                .Where(entry => entry.name.StartsWith("stages.", StringComparison.Ordinal) && entry.module is ConvBatchNorm)
                .Select(entry => new Layer(entry.name, (ConvBatchNorm)entry.module)),
        ];
        var preprocessor = new FacePreprocessor(checkpoint.Preprocessing);
        var size = checkpoint.Preprocessing.Size;
        // The stem has the largest maps that are computed here; those of the first stage, with more channels, are a quarter as large.
        var perImage = (long)size * size * checkpoint.Weights["stem.conv.weight"].Shape[0];
        var batchSize = (int)Math.Clamp(BatchElements / perImage, 1, faces.Count);
        foreach (var batch in BatchLoader.InOrder(faces, batchSize, TestTimeView.SingleCrop[0]))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                using var input = preprocessor.Normalize(batch.Pixels);
                network.call(input).Dispose();
            }
        }

        Array.ForEach(layers, layer => layer.Finish(checkpoint.Name));
        return layers;
    }

    /// <summary>Starts with the smallest ranks and raises the one that gains most for its work, again and again while one fits.</summary>
    private static void ChooseRanks(Checkpoint checkpoint, Layer[] layers, double maxMultiplyAdds, double others)
    {
        var left = maxMultiplyAdds - others - layers.Sum(layer => layer.Cost(layer.Rank));
        var (least, most) = (maxMultiplyAdds - left, others + layers.Sum(layer => layer.Cost(layer.Outputs)));
        if (least >= most)
        {
            throw new FerException($"{checkpoint.Name} has too few channels to be compressed");
        }

        if (left < 0 || maxMultiplyAdds >= most)
        {
            // Rounded up, so that the number itself is accepted.
            throw new FerException(FormattableString.Invariant($"{checkpoint.Name} has {most / 1e6:0.0} million multiply-adds, and can be compressed to {Math.Ceiling(least / 1e5) / 10:0.0} million: choose --macs between them"));
        }

        while (layers.Where(layer => !layer.IsWhole && layer.CostOfNext <= left).MaxBy(layer => layer.GainOfNext) is { } best)
        {
            left -= best.CostOfNext;
            best.Rank = best.Next;
        }
    }

    /// <summary>A convolution with the principal components of its outputs, in units of batch norm's outputs.</summary>
    private sealed class Layer
    {
        private readonly string _name;
        private readonly Tensor _weight;
        private readonly Tensor _factor;
        private readonly Action _stop;
        private Tensor _mean;
        private Tensor _moments;
        private Tensor? _components;
        private double[] _kept = [];
        private long _pixels;
        private long _positions;

        public Layer(string name, ConvBatchNorm layer)
        {
            _name = name;
            _weight = layer.Convolution.Weight.detach();
            using TorchSharp.Scalar eps = layer.Norm.eps;
            _factor = (layer.Norm.weight! / layer.Norm.running_var!.add(eps, Scalars.One).sqrt()).detach().to(ScalarType.Float64);
            (_mean, _moments) = (zeros(Outputs, ScalarType.Float64), zeros(Outputs, Outputs, ScalarType.Float64));
            _stop = layer.Convolution.register_forward_pre_hook((_, input) => Add(input, layer.Convolution.Padding)).remove;
        }

        public int Outputs => (int)_weight.shape[0];

        public int Rank { get; set; }

        private bool IsFactorizable => Outputs > RankStep && Factorized(RankStep) < Cost(Outputs);

        /// <summary>Whether the convolution stays as it is, because two would take as much work.</summary>
        public bool IsWhole => Rank == Outputs;

        public int Next => Rank + RankStep is var next && Factorized(next) < Cost(Outputs) ? next : Outputs;

        public double CostOfNext => Cost(Next) - Cost(Rank);

        /// <summary>How much of the variance of the outputs the next rank adds, for each multiply-add.</summary>
        public double GainOfNext => (_kept[Next] - _kept[Rank]) / CostOfNext;

        /// <summary>Multiply-adds for an image.</summary>
        public double Cost(int rank) => rank == Outputs ? _pixels * (double)_weight.NumberOfElements : Factorized(rank);

        private double Factorized(int rank) => _pixels * (double)rank * (_weight.NumberOfElements / Outputs + Outputs);

        /// <summary>Computes the components from the outputs seen.</summary>
        /// <param name="file">The network, for the message.</param>
        /// <exception cref="FerException">Outputs are not finite.</exception>
        public void Finish(string file)
        {
            _stop();
            if (!_moments.isfinite().all().item<bool>())
            {
                throw new FerException($"{file}: the outputs of {_name} are not finite; train the network again");
            }

            Rank = IsFactorizable ? RankStep : Outputs;
            using TorchSharp.Scalar positions = _positions, zero = 0, tiny = 1e-30;
            _mean = _mean.div(positions);
            var (values, vectors) = linalg.eigh(_moments.div(positions) - outer(_mean, _mean));
            // Ascending.
            _components = vectors.flip(1);
            double[] shares = [.. (values.flip(0).clamp(min: zero) / values.clamp(min: tiny).sum()).data<double>()];
            _kept = [0, .. shares.Select((_, rank) => shares.Take(rank + 1).Sum())];
        }

        /// <summary>Replaces the entries of the state dictionary: projection to the components, expansion, and what the others are on average.</summary>
        public void Replace(Dictionary<string, Tensor> weights)
        {
            var basis = _components!.slice(1, 0, Rank, 1);
            // A channel that batch norm switches off needs no output, and would need large weights for it.
            var isOn = _factor.abs() > 1e-4 * _factor.abs().max();
            var inverse = where(isOn, 1 / _factor, zeros_like(_factor)).view(-1, 1);
            var projection = basis.t().mm(_factor.view(-1, 1) * _weight.flatten(1).to(ScalarType.Float64));
            var rest = inverse.view(-1) * (_mean - basis.mv(basis.t().mv(_mean)));
            weights[$"{_name}.conv.weight"] = projection.view(Rank, _weight.shape[1], Im2Col.Kernel, Im2Col.Kernel);
            weights[$"{_name}.expand.weight"] = (inverse * basis).view(Outputs, Rank, 1, 1);
            weights[$"{_name}.norm.running_mean"] = weights[$"{_name}.norm.running_mean"] - rest;
        }

        private Tensor Add(Tensor input, long padding)
        {
            using var scope = NewDisposeScope();
            // Before the max pooling, which belongs to the layer.
            var maps = nn.functional.conv2d(input, _weight, padding: [padding, padding]);
            var outputs = maps.transpose(0, 1).flatten(1).to(ScalarType.Float64) * _factor.view(-1, 1);
            _mean.add_(outputs.sum(1), Scalars.One);
            _moments.add_(outputs.mm(outputs.t()), Scalars.One);
            _pixels = maps.shape[2] * maps.shape[3];
            _positions += outputs.shape[1];
            return input;
        }
    }
}
