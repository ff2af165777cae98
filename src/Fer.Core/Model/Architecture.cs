using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>The name and the numbers that rebuild a network; a checkpoint holds them beside the weights.</summary>
public abstract record Architecture
{
    /// <summary>Every architecture that can be trained, with its default numbers, by name.</summary>
    public static IReadOnlyDictionary<string, Architecture> All { get; } =
        new Architecture[] { new EmotionNetArchitecture(), new ClassicArchitecture() }.ToDictionary(a => a.Name, StringComparer.Ordinal);

    // What stands for the name among the numbers of a file.
    private const string NameKey = "name";

    /// <summary>What <c>--arch</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The numbers beside the name: each a whole number, a list of whole numbers, or a list of <see cref="Description"/>s.</summary>
    public abstract OrderedDictionary<string, object?> Numbers { get; }

    /// <summary>The name and the numbers, as files hold them.</summary>
    public OrderedDictionary<string, object?> Description => new(Numbers.Prepend(new(NameKey, Name)));

    /// <summary>The same architecture with the numbers that a checkpoint holds.</summary>
    /// <exception cref="FerException">A number is missing or out of range.</exception>
    public abstract Architecture With(HyperparameterReader numbers);

    /// <summary>How many weights its convolutions have; a file that holds fewer is refused before a network is built for it.</summary>
    public abstract long ConvolutionWeights { get; }

    /// <summary>Refuses images that the architecture cannot take.</summary>
    /// <exception cref="FerException">They are too small, too large or of another size than the one it is made for.</exception>
    public abstract void RequireSize(int size);

    /// <summary>Adds the network in evaluation mode, and the weights that it needs, to a graph.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="prefix">Stands before every name of the state dictionary: <c>""</c>, or <c>"members.0.network."</c>.</param>
    /// <param name="input">The name of the normalized faces, <c>[batch, 1, size, size]</c>.</param>
    /// <param name="labels">How many classes there are.</param>
    /// <returns>The name of the logits, <c>[batch, labels]</c>.</returns>
    internal abstract string Describe(NetworkGraph graph, string prefix, string input, int labels);

    /// <summary>A freshly initialized network that takes <c>[batch, 1, size, size]</c> and returns <c>[batch, labels]</c> logits.</summary>
    /// <exception cref="FerException">The architecture cannot take images of this size.</exception>
    public abstract EmotionNetwork Build(int labels, int size);

    /// <summary>The architecture of a <see cref="Description"/>.</summary>
    /// <exception cref="FerException">No architecture has this name, or a number is missing or out of range.</exception>
    public static Architecture Described(HyperparameterReader description) =>
        (description.Text(NameKey) is EnsembleArchitecture.NameInFiles ? new EnsembleArchitecture([]) : Named(description.Text(NameKey))).With(description);

    /// <summary>The architecture of a name, of those that can be trained.</summary>
    /// <exception cref="FerException">No architecture has this name.</exception>
    public static Architecture Named(string name) => All.TryGetValue(name, out var architecture)
        ? architecture
        : throw new FerException($"unknown architecture '{name}'; known are {string.Join(", ", All.Keys)}");
}
