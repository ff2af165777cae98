using Fer.Core.Model.Layers;

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
    public override void RequireSize(int size)
    {
        foreach (var member in Members)
        {
            member.RequireSize(size);
        }
    }

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size) => new EnsembleNet(Members.Select(member => member.Build(labels, size)));

    /// <summary>The logarithm of the members' mean probabilities.</summary>
    internal override string Describe(NetworkGraph graph, string prefix, string input, int labels)
    {
        string[] shares = [.. Members.Select((member, index) => DescribeMember(member, graph, $"{prefix}members.{index}.", input, labels))];
        // A label that every member rules out keeps a finite logit.
        var sum = graph.Add("Max", [graph.Add("Sum", shares), graph.Constant("smallest_probability", 1e-37)]);
        return graph.Add("Log", [sum]);
    }

    /// <summary>A network's part of the mean: its own normalization, temperature and share around it.</summary>
    private static string DescribeMember(Architecture member, NetworkGraph graph, string prefix, string input, int labels)
    {
        var own = graph.Add("Add", [graph.Add("Mul", [input, Number("scale", 1e-3, 1e3)]), Number("shift", -1e3, 1e3)]);
        var logits = member.Describe(graph, $"{prefix}network.", own, labels);
        var probabilities = graph.Add("Softmax", [graph.Add("Div", [logits, Number("temperature", 1e-3, 1e3)])], ("axis", 1L));
        return graph.Add("Mul", [probabilities, Number("share", 1e-6, 1)]);

        string Number(string name, double least, double most) => graph.Parameter(prefix + name, new GraphParameter([1], Least: least, Most: most));
    }
}
