using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>The name and hyperparameters that rebuild a network; a checkpoint stores them beside the weights.</summary>
public abstract record Architecture
{
    // The key of the name among the hyperparameters of a file.
    private const string NameKey = "name";

    /// <summary>Every architecture that can be trained, with its default hyperparameters, by name.</summary>
    public static IReadOnlyDictionary<string, Architecture> All { get; } =
        new Architecture[] { new EmotionNetArchitecture(), new ClassicArchitecture() }.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>The value of <c>--arch</c> that selects it.</summary>
    public abstract string Name { get; }

    /// <summary>Everything but the name: each value is a <see cref="long"/>, a list of them, or a list of <see cref="Description"/>s.</summary>
    public abstract OrderedDictionary<string, object?> Hyperparameters { get; }

    /// <summary>The name and the hyperparameters, as stored in files.</summary>
    public OrderedDictionary<string, object?> Description => new(Hyperparameters.Prepend(new(NameKey, Name)));

    /// <summary>Number of convolution weights; a file with fewer is refused before memory is allocated for the network.</summary>
    public abstract long ConvolutionWeights { get; }

    /// <summary>The state-dictionary prefix of the last linear layer, whose outputs are the logits; null where there is no single one.</summary>
    public abstract string? OutputLayer { get; }

    /// <summary>The same kind of network with the hyperparameters of a file.</summary>
    /// <exception cref="FerException">A hyperparameter is missing or out of range.</exception>
    public abstract Architecture WithHyperparameters(HyperparameterReader reader);

    /// <summary>Refuses images that the network cannot take.</summary>
    /// <exception cref="FerException">They are too small or too large, or do not have the one size that it takes.</exception>
    public abstract void RequireSize(int size);

    /// <summary>Adds the operators of the network in evaluation mode, and the weights that they read, to a graph.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="prefix">Prefix of every state-dictionary key: <c>""</c>, or <c>"members.0.network."</c>.</param>
    /// <param name="input">The name of the normalized faces, <c>[batch, 1, size, size]</c>.</param>
    /// <param name="labels">The number of classes.</param>
    /// <returns>The name of the logits, <c>[batch, labels]</c>.</returns>
    internal abstract string AddToGraph(NetworkGraph graph, string prefix, string input, int labels);

    /// <summary>A newly initialized network that maps <c>[batch, 1, size, size]</c> to <c>[batch, labels]</c> logits.</summary>
    /// <exception cref="FerException">The network cannot take images of this size.</exception>
    public abstract EmotionNetwork Build(int labels, int size);

    /// <summary>Restores an architecture from its <see cref="Description"/>.</summary>
    /// <exception cref="FerException">The name is unknown, or a hyperparameter is missing or out of range.</exception>
    public static Architecture FromDescription(HyperparameterReader description)
    {
        var name = description.Text(NameKey);
        if (name == EnsembleArchitecture.NameInFiles)
        {
            return new EnsembleArchitecture([]).WithHyperparameters(description);
        }

        return FromTrainableDescription(description);
    }

    /// <summary>The same without ensembles, which cannot be members of another ensemble.</summary>
    /// <exception cref="FerException">The name is unknown, or a hyperparameter is missing or out of range.</exception>
    internal static Architecture FromTrainableDescription(HyperparameterReader description) =>
        Named(description.Text(NameKey)).WithHyperparameters(description);

    /// <summary>A trainable architecture by its name.</summary>
    /// <exception cref="FerException">The name is unknown.</exception>
    public static Architecture Named(string name) => All.TryGetValue(name, out var architecture)
        ? architecture
        : throw new FerException($"unknown architecture '{name}'; known are {string.Join(", ", All.Keys)}");
}
