using System.Globalization;
using Fer.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

/// <summary>Ten steps beside the two implementations of <c>torch.optim</c>, on a matrix with weight decay and a vector without.</summary>
public sealed class OptimizerTests
{
    private const int Steps = 10;
    private const double LearningRate = 0.05;

    // Ten steps round differently by a few units in the last place of float32; a wrong term or factor differs by far more.
    private const double Tolerance = 2e-6;

    private static readonly float[] s_matrix = [0.5f, -1.25f, 2f, 0.125f, -0.75f, 1f];
    private static readonly float[] s_vector = [0.25f, -0.5f, 1.5f];

    public static TheoryData<OptimizerKind, double> Cases => new()
    {
        { OptimizerKind.Adam, 0 },
        { OptimizerKind.Adam, 0.1 },
        { OptimizerKind.AdamW, 0 },
        { OptimizerKind.AdamW, 0.1 },
        { OptimizerKind.Sgd, 0 },
        { OptimizerKind.Sgd, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_equal_those_of_TorchSharp(OptimizerKind kind, double weightDecay)
    {
        using var matrix = Matrix();
        using var vector = Vector();
        using var onMatrix = TorchSharpOptimizer(kind, matrix, weightDecay);
        using var onVector = TorchSharpOptimizer(kind, vector, 0);
        for (var step = 1; step <= Steps; step++)
        {
            SetGradient(matrix, step);
            SetGradient(vector, step);
            onMatrix.step();
            onVector.step();
        }

        AssertClose([.. matrix.data<float>(), .. vector.data<float>()], Ours(kind, weightDecay));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_equal_those_of_PyTorch(OptimizerKind kind, double weightDecay)
    {
        var groups = string.Create(CultureInfo.InvariantCulture, $"[dict(params=[matrix], weight_decay={weightDecay}), dict(params=[vector], weight_decay=0.0)]");
        var optimizer = kind switch
        {
            OptimizerKind.Adam => "Adam({0}, lr={1})",
            OptimizerKind.AdamW => "AdamW({0}, lr={1})",
            _ => "SGD({0}, lr={1}, momentum=0.9, nesterov=True)",
        };
        var printed = DebianPython.Run(
            $"""
            import torch
            matrix = torch.tensor([{Numbers(s_matrix)}]).reshape(3, 2).requires_grad_()
            vector = torch.tensor([{Numbers(s_vector)}]).requires_grad_()
            optimizer = torch.optim.{string.Format(CultureInfo.InvariantCulture, optimizer, groups, LearningRate)}
            for step in range(1, {Steps + 1}):
                for p in (matrix, vector):
                    p.grad = torch.sin(p.detach() * step) + 0.1 * step
                optimizer.step()
            print(*matrix.flatten().tolist(), *vector.tolist())
            """);

        AssertClose([.. printed.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))], Ours(kind, weightDecay));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_restored_optimizer_continues_bit_for_bit(OptimizerKind kind)
    {
        using var matrix = Matrix();
        using var vector = Vector();
        Fer.Core.Training.OptimizerState state;
        using (var first = Create(kind, matrix, vector, 0.1))
        {
            Take(first, matrix, vector, from: 1, to: 4);
            state = first.Capture();
        }

        using var second = Create(kind, matrix, vector, 0.1);
        second.Restore(state);
        Take(second, matrix, vector, from: 5, to: Steps);

        float[] resumed = [.. matrix.data<float>(), .. vector.data<float>()];
        Assert.Equal(Ours(kind, 0.1), resumed);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_parameter_that_was_frozen_first_then_takes_the_steps_of_a_new_optimizer(OptimizerKind kind)
    {
        const int frozen = 50;
        using var unfrozen = Matrix();
        using var vector = Vector();
        using var optimizer = Create(kind, unfrozen, vector, 0.1, frozen);
        Take(optimizer, unfrozen, vector, from: 1, to: frozen);
        float[] kept = [.. unfrozen.data<float>()];
        Take(optimizer, unfrozen, vector, from: frozen + 1, to: frozen + Steps);

        using var matrix = Matrix();
        using var other = Vector();
        using var unused = Create(kind, matrix, other, 0.1);
        Take(unused, matrix, other, from: frozen + 1, to: frozen + Steps);

        Assert.Equal(s_matrix, kept);
        Assert.Equal(matrix.data<float>().ToArray(), unfrozen.data<float>().ToArray());
    }

    [Fact]
    public void The_state_of_another_optimizer_or_network_is_refused()
    {
        using var matrix = Matrix();
        using var vector = Vector();
        using var adam = Create(OptimizerKind.Adam, matrix, vector, 0);
        using var sgd = Create(OptimizerKind.Sgd, matrix, vector, 0);
        using var transposed = new Parameter(zeros(2, 3));
        using var other = Create(OptimizerKind.Adam, transposed, vector, 0);

        Assert.Contains("exp_avg", Assert.Throws<FerException>(() => adam.Restore(sgd.Capture())).Message, StringComparison.Ordinal);
        Assert.Contains("exp_avg.matrix", Assert.Throws<FerException>(() => adam.Restore(other.Capture())).Message, StringComparison.Ordinal);
    }

    private static float[] Ours(OptimizerKind kind, double weightDecay)
    {
        using var matrix = Matrix();
        using var vector = Vector();
        using var optimizer = Create(kind, matrix, vector, weightDecay);
        Take(optimizer, matrix, vector, from: 1, to: Steps);
        return [.. matrix.data<float>(), .. vector.data<float>()];
    }

    private static Fer.Core.Training.Optimizer Create(OptimizerKind kind, Parameter matrix, Parameter vector, double weightDecay, long frozenSteps = 0) =>
        Fer.Core.Training.Optimizer.Create(kind, new ParameterGroup([("matrix", matrix), ("vector", vector)], weightDecay) { FrozenSteps = name => name == "matrix" ? frozenSteps : 0 });

    private static void Take(Fer.Core.Training.Optimizer optimizer, Parameter matrix, Parameter vector, int from, int to)
    {
        for (var step = from; step <= to; step++)
        {
            SetGradient(matrix, step);
            SetGradient(vector, step);
            optimizer.Step(LearningRate);
        }
    }

    private static optim.Optimizer TorchSharpOptimizer(OptimizerKind kind, Parameter parameter, double weightDecay) => kind switch
    {
        OptimizerKind.Adam => optim.Adam([parameter], LearningRate, weight_decay: weightDecay),
        OptimizerKind.AdamW => optim.AdamW([parameter], LearningRate, weight_decay: weightDecay),
        _ => optim.SGD([parameter], LearningRate, momentum: 0.9, weight_decay: weightDecay, nesterov: true),
    };

    /// <summary>A gradient that depends on the parameter, so that an error of one step grows in the next ones.</summary>
    private static void SetGradient(Parameter parameter, int step)
    {
        using var scope = NewDisposeScope();
        parameter.grad = ((parameter.detach() * step).sin() + 0.1 * step).DetachFromDisposeScope();
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    private static Parameter Matrix() => new(tensor(s_matrix).reshape(3, 2));

    private static Parameter Vector() => new(tensor(s_vector));

    private static string Numbers(float[] values) => string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
