using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>An ensemble of trained networks; <c>fer-train combine</c> makes one of several checkpoints.</summary>
/// <param name="Members">The architectures of the members.</param>
public sealed record EnsembleArchitecture(IReadOnlyList<Architecture> Members) : Architecture
{
    /// <summary>Its name in files. <c>--arch</c> does not offer it, since an ensemble is not trained as a whole.</summary>
    internal const string NameInFiles = "ensemble";

    /// <summary>The smallest weight of a member in the average, of a sum of 1.</summary>
    internal const double MinShare = 1e-6;

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
    public override string? OutputLayer => null;

    /// <inheritdoc/>
    public override Architecture WithHyperparameters(HyperparameterReader reader) =>
        new EnsembleArchitecture([.. reader.Architectures("members").Select(FromTrainableDescription)]);

    /// <inheritdoc/>
    public override void RequireSize(int size)
    {
        foreach (var member in Members)
        {
            member.RequireSize(size);
        }
    }

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size) => new EnsembleNet(Members.Select(member => member.Build(labels, size)));

    /// <summary>The logarithm of the averaged probabilities.</summary>
    internal override string AddToGraph(NetworkGraph graph, string prefix, string input, int labels)
    {
        string[] probabilities = [.. Members.Select((member, index) => AddMemberToGraph(member, graph, $"{prefix}members.{index}.", input, labels))];
        // Where no member gives a label any probability, its logit must be finite nevertheless.
        var sum = graph.Add("Max", [graph.Add("Sum", probabilities), graph.Constant("smallest_probability", 1e-37)]);
        return graph.Add("Log", [sum]);
    }

    /// <summary>Its weighted probabilities, after its own normalization and temperature.</summary>
    private static string AddMemberToGraph(Architecture member, NetworkGraph graph, string prefix, string input, int labels)
    {
        var own = graph.Add("Add", [graph.Add("Mul", [input, Number("scale", 1e-3, 1e3)]), Number("shift", -1e3, 1e3)]);
        var logits = member.AddToGraph(graph, $"{prefix}network.", own, labels);
        var probabilities = graph.Add("Softmax", [graph.Add("Div", [logits, Number("temperature", 1e-3, 1e3)])], ("axis", 1L));
        return graph.Add("Mul", [probabilities, Number("share", MinShare, 1)]);

        string Number(string name, double min, double max) => graph.Parameter(prefix + name, new GraphParameter([1], Min: min, Max: max));
    }
}
