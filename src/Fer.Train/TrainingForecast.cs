using System.Globalization;
using Fer.Core.Cli;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Train;

/// <summary>Says once, when the first steps have shown the speed, how long a long training takes and what makes it shorter.</summary>
/// <param name="options">The training options.</param>
/// <param name="isResumed">Whether the network and most options can no longer change.</param>
internal sealed class TrainingForecast(TrainingOptions options, bool isResumed)
{
    // The first steps are slower: kernels are compiled and memory is allocated.
    private const int StepsToMeasure = 20;

    private const int NarrowWidth = EmotionNetArchitecture.DefaultWidth / 2;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private int _steps;

    /// <summary>The sentence; null except once in a long training whose steps take equally long.</summary>
    /// <param name="state">After the next step.</param>
    public string? After(TrainingProgress state) => ++_steps == StepsToMeasure && state.Remaining > Long && !StepTimeChanges
        ? string.Create(CultureInfo.InvariantCulture, $"about {ProgressLine.Duration(state.Remaining)} at {state.ImagesPerSecond:0} images/s; {Advice()}; Ctrl+C saves, --resume continues")
        : null;

    /// <summary>Whether the first steps say nothing of later ones: teachers predict every view once, and frozen epochs have no second pass.</summary>
    private bool StepTimeChanges =>
        (options.TeacherViews > 0 && options.Teachers.Count > 0) || (options.Sam > 0 && options.FrozenEpochs > 0);

    private string Advice()
    {
        var canBeNarrower = !isResumed && options.Init is null && options.Architecture == new EmotionNetArchitecture().Name && options.Width > NarrowWidth;
        // The work of convolutions grows with the square of their channels.
        return canBeNarrower
            ? $"shorter with fewer --epochs, or a narrower network (--width {NarrowWidth}: about {Math.Pow((double)NarrowWidth / options.Width, 2):0%} of the work)"
            : "shorter with fewer --epochs";
    }
}
