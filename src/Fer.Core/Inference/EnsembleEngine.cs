using System.Numerics.Tensors;
using Fer.Core.Checkpoints;

namespace Fer.Core.Inference;

/// <summary>
/// The members of an ensemble, each in its own session. In parallel on one thread each they are faster than one after
/// the other on several threads, and the memory for opening one session is free again before the next is opened.
/// </summary>
internal sealed class EnsembleEngine : IInferenceEngine
{
    // The logarithm of a smaller float is not finite.
    private const float SmallestProbability = 1e-37f;

    private readonly List<(OnnxEngine Engine, float Temperature, float Share)> _members = [];
    private readonly int _labels, _parallelism;
    private readonly float[][] _probabilities;
    private float[] _pixels = [], _logits = [];

    /// <param name="checkpoint">A checkpoint of <see cref="CheckpointEnsemble.Of"/>.</param>
    /// <param name="threads">Threads of a forward pass.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size.</exception>
    public EnsembleEngine(Checkpoint checkpoint, int threads)
    {
        _labels = checkpoint.Labels.Count;
        var members = CheckpointEnsemble.Members(checkpoint);
        _parallelism = Math.Min(threads, members.Count);
        _members.AddRange(members.Select(member => (new OnnxEngine(member.Member, threads / _parallelism), (float)member.Member.Temperature, member.Share)));
        _probabilities = [.. members.Select(_ => Array.Empty<float>())];
    }

    /// <inheritdoc/>
    public int BatchSize => _members[0].Engine.BatchSize;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(ReadOnlySpan<float> pixels, int faces)
    {
        var count = faces * _labels;
        if (_logits.Length < count)
        {
            _logits = new float[count];
            Array.ForEach(Enumerable.Range(0, _probabilities.Length).ToArray(), member => _probabilities[member] = new float[count]);
        }

        if (_pixels.Length < pixels.Length)
        {
            _pixels = new float[pixels.Length];
        }

        pixels.CopyTo(_pixels);
        Parallel.For(0, _members.Count, new ParallelOptions { MaxDegreeOfParallelism = _parallelism }, member => Run(member, faces));
        var sum = _logits.AsSpan(0, count);
        sum.Fill(SmallestProbability);
        foreach (var probabilities in _probabilities)
        {
            TensorPrimitives.Add(sum, probabilities.AsSpan(0, count), sum);
        }

        TensorPrimitives.Log(sum, sum);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _members.ForEach(member => member.Engine.Dispose());

    /// <summary>A member's weighted probabilities.</summary>
    private void Run(int member, int faces)
    {
        var (engine, temperature, share) = _members[member];
        var logits = engine.Logits(_pixels, faces);
        for (var face = 0; face < faces; face++)
        {
            var row = _probabilities[member].AsSpan(face * _labels, _labels);
            TensorPrimitives.Divide(logits.Slice(face * _labels, _labels), temperature, row);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.SoftMax<float>(row, row);
            TensorPrimitives.Multiply(row, share, row);
        }
    }
}
