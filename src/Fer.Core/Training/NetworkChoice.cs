using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The options that choose a network, to and from an architecture.</summary>
internal static class NetworkChoice
{
    /// <summary>The architecture that the options choose.</summary>
    /// <exception cref="FerException">There is no such architecture, or it has no such hyperparameter.</exception>
    public static Architecture ArchitectureOf(TrainingOptions options)
    {
        var architecture = Architecture.Named(options.Architecture);
        if (architecture is EmotionNetArchitecture)
        {
            return EmotionNetArchitecture.OfWidth(options.Width) with
            {
                ReductionRatio = options.ReductionRatio,
                Pooling = options.Pooling,
            };
        }

        if (options is not { Width: EmotionNetArchitecture.DefaultWidth, ReductionRatio: 0, Pooling: GlobalPooling.Average })
        {
            throw new FerException($"--width, --se-ratio and --pool are for the default network, not for {options.Architecture}");
        }

        return architecture;
    }

    /// <summary>The options with the hyperparameters of a network that a checkpoint holds: the defaults may have changed since.</summary>
    public static TrainingOptions OptionsFor(Architecture architecture, TrainingOptions options)
    {
        if (architecture is not EmotionNetArchitecture network)
        {
            return options;
        }

        return options with
        {
            Width = network.Stem,
            ReductionRatio = network.ReductionRatio,
            Pooling = network.Pooling,
        };
    }
}
