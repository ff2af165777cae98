using System.Numerics.Tensors;
using Fer.Core.Checkpoints;

namespace Fer.Core.Inference;

/// <summary>
/// The networks of an ensemble, each in a session of its own. Side by side on one thread each they are faster than one
/// after the other on several, and the memory for preparing one is free again before the next.
/// </summary>
internal sealed class EnsembleEngine : IInferenceEngine
{
    // The logarithm of a smaller float is not finite.
    private const float SmallestProbability = 1e-37f;

    private readonly List<(OnnxEngine Engine, float Temperature, float Share)> _members = [];
    private readonly int _labels, _sideBySide;
    private readonly float[][] _shares;
    private float[] _pixels = [], _logits = [];

    /// <param name="checkpoint">A checkpoint of <see cref="CheckpointEnsemble.Of"/>.</param>
    /// <param name="threads">Threads of a forward pass.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the size of the images.</exception>
    public EnsembleEngine(Checkpoint checkpoint, int threads)
    {
        _labels = checkpoint.Labels.Count;
        var members = CheckpointEnsemble.Members(checkpoint);
        _sideBySide = Math.Min(threads, members.Count);
        _members.AddRange(members.Select(member => (new OnnxEngine(member.Member, threads / _sideBySide), (float)member.Member.Temperature, member.Share)));
        _shares = [.. members.Select(_ => Array.Empty<float>())];
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
            Array.ForEach(Enumerable.Range(0, _shares.Length).ToArray(), member => _shares[member] = new float[count]);
        }

        if (_pixels.Length < pixels.Length)
        {
            _pixels = new float[pixels.Length];
        }

        pixels.CopyTo(_pixels);
        Parallel.For(0, _members.Count, new ParallelOptions { MaxDegreeOfParallelism = _sideBySide }, member => Share(member, faces));
        var sum = _logits.AsSpan(0, count);
        sum.Fill(SmallestProbability);
        foreach (var share in _shares)
        {
            TensorPrimitives.Add(sum, share.AsSpan(0, count), sum);
        }

        TensorPrimitives.Log(sum, sum);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _members.ForEach(member => member.Engine.Dispose());

    /// <summary>A network's part of the mean of the probabilities.</summary>
    private void Share(int member, int faces)
    {
        var (engine, temperature, share) = _members[member];
        var logits = engine.Logits(_pixels, faces);
        for (var face = 0; face < faces; face++)
        {
            var row = _shares[member].AsSpan(face * _labels, _labels);
            TensorPrimitives.Divide(logits.Slice(face * _labels, _labels), temperature, row);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.SoftMax<float>(row, row);
            TensorPrimitives.Multiply(row, share, row);
        }
    }
}
