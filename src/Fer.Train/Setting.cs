using System.CommandLine;
using Fer.Core.Training;

namespace Fer.Train;

/// <summary>Whether a training run that is resumed may change an option.</summary>
internal enum OnResume
{
    /// <summary>The option decides the steps of the training.</summary>
    Fixed,

    /// <summary>The option may change when a run is resumed.</summary>
    MayChange,
}

/// <summary>One training option.</summary>
/// <param name="Group">Its heading in the help.</param>
/// <param name="Option">Its name, range, help text and default.</param>
/// <param name="OnResume">Whether a resumed training may change it.</param>
/// <param name="Apply">Sets it from a command line that has it.</param>
internal sealed record Setting(string Group, Option Option, OnResume OnResume, Func<ParseResult, TrainingOptions, TrainingOptions> Apply)
{
    /// <summary>A setting with a value.</summary>
    public static Setting Of<T>(string group, Option<T?> option, Func<TrainingOptions, T, TrainingOptions> set, OnResume onResume = OnResume.Fixed)
        where T : struct =>
        new(group, option, onResume, (parsed, options) => parsed.GetValue(option) is { } value ? set(options, value) : options);

    /// <summary>A setting with a text or a list.</summary>
    public static Setting Of<T>(string group, Option<T> option, Func<TrainingOptions, T, TrainingOptions> set, OnResume onResume = OnResume.Fixed)
        where T : class? =>
        // A list that is not given is empty, not null.
        new(group, option, onResume, (parsed, options) => parsed.GetResult(option) is { Implicit: false } ? set(options, parsed.GetValue(option)!) : options);

    /// <summary>A flag.</summary>
    public static Setting Flag(string group, Option<bool> option, Func<TrainingOptions, TrainingOptions> set) =>
        new(group, option, OnResume.Fixed, (parsed, options) => parsed.GetValue(option) ? set(options) : options);

    /// <summary>Whether the command line has the option.</summary>
    public bool IsGiven(System.CommandLine.Parsing.SymbolResult result) => result.GetResult(Option) is { Implicit: false };
}
