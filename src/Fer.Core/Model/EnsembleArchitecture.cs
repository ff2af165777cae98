namespace Fer.Core.Model;

/// <summary>Several trained networks that answer together; <c>fer-train combine</c> makes one of their checkpoints.</summary>
/// <param name="Members">The networks' architectures.</param>
public sealed record EnsembleArchitecture(IReadOnlyList<Architecture> Members) : Architecture
{
    /// <summary>What files call it; <c>--arch</c> does not know it, since it is not trained as a whole.</summary>
    internal const string NameInFiles = "ensemble";

    /// <inheritdoc/>
    public override string Name => NameInFiles;

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Numbers => new()
    {
        ["members"] = Members.Select(member => (object?)member.Description).ToList(),
    };

    /// <inheritdoc/>
    public override long ConvolutionWeights => Members.Sum(member => member.ConvolutionWeights);

    /// <inheritdoc/>
    public override Architecture With(HyperparameterReader numbers) => new EnsembleArchitecture(
    [
        // By the names that can be trained: no ensemble is a member of another.
        .. numbers.Parts("members").Select(member => Named(member.Text("name")).With(member)),
    ]);

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size) => new EnsembleNet(Members.Select(member => member.Build(labels, size)));
}
