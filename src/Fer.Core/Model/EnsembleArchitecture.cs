namespace Fer.Core.Model;

/// <summary>An ensemble of trained networks; <c>fer-train combine</c> makes one of several checkpoints.</summary>
/// <param name="Members">The architectures of the members.</param>
public sealed record EnsembleArchitecture(IReadOnlyList<Architecture> Members) : Architecture
{
    /// <summary>Its name in files. <c>--arch</c> does not offer it, since an ensemble is not trained as a whole.</summary>
    internal const string NameInFiles = "ensemble";

    /// <inheritdoc/>
    public override string Name => NameInFiles;

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Hyperparameters => new()
    {
        ["members"] = Members.Select(member => (object?)member.Description).ToList(),
    };

    /// <inheritdoc/>
    public override long ConvolutionWeights => Members.Sum(member => member.ConvolutionWeights);

    /// <inheritdoc/>
    public override Architecture WithHyperparameters(HyperparameterReader reader) =>
        new EnsembleArchitecture([.. reader.Architectures("members").Select(FromTrainableDescription)]);

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size) => new EnsembleNet(Members.Select(member => member.Build(labels, size)));
}
