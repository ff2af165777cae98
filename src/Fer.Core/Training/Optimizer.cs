using Fer.Core.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Turns gradients into steps. Ours rather than TorchSharp's, because its state has to go into a checkpoint that
/// PyTorch can open and come back bit for bit.
/// </summary>
/// <remarks>
/// Numbers for tensors are named and disposed of here and wherever frames or steps pass: TorchSharp turns a plain number
/// into a native object that its finalizer frees, during the very call if a collection comes then (seen once in 10^6).
/// </remarks>
internal abstract class Optimizer : IDisposable
{
    private readonly Dictionary<string, OrderedDictionary<string, Tensor>> _state = new(StringComparer.Ordinal);

    protected Optimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay, params string[] moments)
    {
        Parameters = [.. parameters];
        WeightDecay = weightDecay;
        using var guard = no_grad();
        foreach (var moment in moments)
        {
            _state[moment] = [];
            foreach (var (name, parameter) in Parameters)
            {
                _state[moment].Add(name, zeros_like(parameter).DetachFromDisposeScope());
            }
        }
    }

    protected IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    protected double WeightDecay { get; }

    /// <summary>Steps taken so far.</summary>
    protected long Steps { get; private set; }

    public static Optimizer Create(OptimizerKind kind, IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay) => kind switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, weightDecay),
        _ => new Adam(parameters, weightDecay, decoupled: kind == OptimizerKind.AdamW),
    };

    /// <summary>Takes a step along the gradients, which it then clears.</summary>
    public void Step(double learningRate)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        foreach (var (name, parameter) in Parameters)
        {
            if (parameter.grad is { } gradient)
            {
                // Biases and batch norm only shift and scale; shrinking them helps nothing.
                var decay = parameter.dim() > 1 ? WeightDecay : 0;
                Update(name, parameter, gradient, learningRate, decay);
                parameter.grad = null;
            }
        }
    }

    /// <summary>Moments and step count as plain values.</summary>
    public OrderedDictionary<string, object?> Save()
    {
        var saved = new OrderedDictionary<string, object?> { ["steps"] = Steps };
        foreach (var (moment, tensors) in _state)
        {
            var stored = new OrderedDictionary<string, object?>();
            foreach (var (name, tensor) in tensors)
            {
                stored.Add(name, StateDictionary.Store(tensor));
            }

            saved.Add(moment, stored);
        }

        return saved;
    }

    /// <summary>Takes over what <see cref="Save"/> gave.</summary>
    /// <exception cref="FerException">It is another optimizer's, or another network's.</exception>
    public void Load(StoredValues saved)
    {
        using var guard = no_grad();
        Steps = saved.Int64("steps");
        foreach (var (moment, tensors) in _state)
        {
            var stored = saved.Part(moment);
            foreach (var (name, tensor) in tensors)
            {
                using var source = StateDictionary.Restore(stored.Tensor(name, tensor.shape));
                tensor.copy_(source);
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values.SelectMany(tensors => tensors.Values))
        {
            tensor.Dispose();
        }
    }

    protected Tensor Moment(string moment, string name) => _state[moment][name];

    protected abstract void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay);

    /// <summary>Kingma and Ba 2015, algorithm 1; with decoupled decay Loshchilov and Hutter 2019, algorithm 2.</summary>
    private sealed class Adam(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay, bool decoupled)
        : Optimizer(parameters, weightDecay, "exp_avg", "exp_avg_sq")
    {
        private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

        protected override void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay)
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
            using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps)), epsilon = Epsilon;
            using Scalar step = -learningRate / (1 - Math.Pow(Beta1, Steps));
            var first = Moment("exp_avg", name).mul_(old1).add_(gradient, new1);
            var second = Moment("exp_avg_sq", name).mul_(old2).addcmul_(gradient, gradient, new2);
            var denominator = second.sqrt().div_(correction).add_(epsilon);
            parameter.addcdiv_(first, denominator, step);
        }
    }

    /// <summary>Gradient descent with Nesterov momentum, in the form of Sutskever et al. 2013 that PyTorch uses.</summary>
    private sealed class Sgd(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay)
        : Optimizer(parameters, weightDecay, "momentum_buffer")
    {
        private const double Momentum = 0.9;

        protected override void Update(string name, Parameter parameter, Tensor gradient, double learningRate, double decay)
        {
            using Scalar pull = decay, momentum = Momentum, step = -learningRate;
            if (decay > 0)
            {
                gradient.add_(parameter, pull);
            }

            var velocity = Moment("momentum_buffer", name).mul_(momentum).add_(gradient);
            parameter.add_(gradient.add_(velocity, momentum), step);
        }
    }
}
