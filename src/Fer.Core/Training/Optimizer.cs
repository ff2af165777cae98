using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>The state of an optimizer in managed memory, as <c>last.pt</c> holds it.</summary>
/// <param name="Steps">Steps taken so far.</param>
/// <param name="Moments">A tensor for each parameter, by the names that <c>torch.optim</c> uses: <c>exp_avg</c>, <c>exp_avg_sq</c>, <c>momentum_buffer</c>.</param>
internal sealed record OptimizerState(long Steps, OrderedDictionary<string, OrderedDictionary<string, StoredTensor>> Moments);

/// <summary>The parameters that an optimizer trains.</summary>
/// <param name="Parameters">By name.</param>
/// <param name="WeightDecay">Weight decay of matrices and kernels; biases and batch norm have none.</param>
internal sealed record ParameterGroup(IEnumerable<(string Name, Parameter Parameter)> Parameters, double WeightDecay = 0)
{
    /// <summary>By name, the first steps in which a parameter is not changed.</summary>
    public Func<string, long> FrozenSteps { get; init; } = _ => 0;
}

/// <summary>
/// Updates parameters along their gradients, as <c>torch.optim</c> does. TorchSharp's optimizers are not used because
/// they cannot save their state in a form that PyTorch opens and that is restored bit for bit.
/// </summary>
/// <remarks>
/// Scalars are named and disposed of here and in every other loop over steps or frames: TorchSharp turns a plain number
/// into a native object that its finalizer frees, even during the call if a garbage collection happens then (seen once in 10^6).
/// </remarks>
internal abstract class Optimizer : IDisposable
{
    private readonly OrderedDictionary<string, OrderedDictionary<string, Tensor>> _moments = [];
    private readonly Func<string, long> _frozenSteps;
    private long _steps;

    protected Optimizer(ParameterGroup group, params string[] moments)
    {
        Parameters = [.. group.Parameters];
        (WeightDecay, _frozenSteps) = (group.WeightDecay, group.FrozenSteps);
        using var guard = no_grad();
        foreach (var moment in moments)
        {
            var tensors = new OrderedDictionary<string, Tensor>();
            foreach (var (name, parameter) in Parameters)
            {
                tensors.Add(name, zeros_like(parameter).DetachFromDisposeScope());
            }

            _moments.Add(moment, tensors);
        }
    }

    protected IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    protected double WeightDecay { get; }

    public static Optimizer Create(OptimizerKind kind, ParameterGroup group) => kind switch
    {
        OptimizerKind.Adam => new Adam(group, decoupled: false),
        OptimizerKind.AdamW => new Adam(group, decoupled: true),
        OptimizerKind.Sgd => new Sgd(group),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Takes one step along the gradients and clears them.</summary>
    /// <param name="learningRate">The size of the step.</param>
    public void Step(double learningRate)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _steps++;
        foreach (var (name, parameter) in Parameters)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            // Counted for each parameter, as torch.optim does: the moments of a frozen one are still zero.
            var step = _steps - _frozenSteps(name);
            if (step > 0)
            {
                // Biases and batch norm only shift and scale: decaying them does not regularize.
                var decay = parameter.dim() > 1 ? WeightDecay : 0;
                Update(name, parameter, gradient, learningRate, decay, step);
            }

            parameter.grad = null;
        }
    }

    /// <summary>Copies step count and moments out.</summary>
    public OptimizerState Capture()
    {
        var moments = new OrderedDictionary<string, OrderedDictionary<string, StoredTensor>>();
        foreach (var (moment, tensors) in _moments)
        {
            var stored = new OrderedDictionary<string, StoredTensor>();
            foreach (var (name, tensor) in tensors)
            {
                stored.Add(name, StateDictionary.Store(tensor));
            }

            moments.Add(moment, stored);
        }

        return new OptimizerState(_steps, moments);
    }

    /// <summary>Copies step count and moments in.</summary>
    /// <exception cref="FerException">They are of another optimizer or another network.</exception>
    public void Restore(OptimizerState state)
    {
        using var guard = no_grad();
        foreach (var (moment, tensors) in _moments)
        {
            if (!state.Moments.TryGetValue(moment, out var stored))
            {
                throw new FerException($"the optimizer state lacks '{moment}'");
            }

            foreach (var (name, tensor) in tensors)
            {
                CopyInto(tensor, stored.GetValueOrDefault(name), $"{moment}.{name}");
            }
        }

        _steps = state.Steps;
    }

    public void Dispose()
    {
        foreach (var tensor in _moments.Values.SelectMany(tensors => tensors.Values))
        {
            tensor.Dispose();
        }
    }

    protected Tensor Moment(string moment, string name) => _moments[moment][name];

    protected abstract void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay, long step);

    private static void CopyInto(Tensor tensor, StoredTensor? stored, string name)
    {
        if (stored is null || stored.Type != StoredType.Float32 || !stored.Shape.SequenceEqual(tensor.shape))
        {
            throw new FerException($"the optimizer state '{name}' is missing or of another shape");
        }

        using var source = StateDictionary.Restore(stored);
        tensor.copy_(source);
    }

    /// <summary>Adam (Kingma and Ba 2015, algorithm 1), or AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
    private sealed class Adam(ParameterGroup group, bool decoupled) : Optimizer(group, "exp_avg", "exp_avg_sq")
    {
        private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

        protected override void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay, long step)
        {
            using Scalar shrink = 1 - learningRate * decay, pull = decay;
            if (decay > 0 && decoupled)
            {
                parameter.mul_(shrink);
            }
            else if (decay > 0)
            {
                gradient.add_(parameter, pull);
            }

            using Scalar old1 = Beta1, new1 = 1 - Beta1, old2 = Beta2, new2 = 1 - Beta2;
            using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, step)), epsilon = Epsilon;
            using Scalar pace = -learningRate / (1 - Math.Pow(Beta1, step));
            var first = Moment("exp_avg", name).mul_(old1).add_(gradient, new1);
            var second = Moment("exp_avg_sq", name).mul_(old2).addcmul_(gradient, gradient, new2);
            var denominator = second.sqrt().div_(correction).add_(epsilon, Scalars.One);
            parameter.addcdiv_(first, denominator, pace);
        }
    }

    /// <summary>SGD with Nesterov momentum, in PyTorch's form of Sutskever et al. 2013.</summary>
    private sealed class Sgd(ParameterGroup group) : Optimizer(group, "momentum_buffer")
    {
        private const double Momentum = 0.9;

        protected override void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay, long step)
        {
            using Scalar pull = decay, momentum = Momentum, pace = -learningRate;
            if (decay > 0)
            {
                gradient.add_(parameter, pull);
            }

            var velocity = Moment("momentum_buffer", name).mul_(momentum).add_(gradient, Scalars.One);
            parameter.add_(gradient.add_(velocity, momentum), pace);
        }
    }
}
