using System.CommandLine;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Fer.Core.Cli;
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

/// <summary>
/// One training option. Its name, range and default are those of the property of <see cref="TrainingOptions"/> that it sets.
/// </summary>
/// <param name="Group">Its heading in the help.</param>
/// <param name="Option">Its name, range, help text and default.</param>
/// <param name="OnResume">Whether a resumed training may change it.</param>
/// <param name="Apply">Sets it from a command line that has it.</param>
internal sealed record Setting(string Group, Option Option, OnResume OnResume, Func<ParseResult, TrainingOptions, TrainingOptions> Apply)
{
    /// <summary>The options of an empty command line.</summary>
    internal static readonly TrainingOptions Defaults = new() { Data = "", Output = "" };

    /// <summary>A whole number.</summary>
    public static Setting Number(string group, Expression<Func<TrainingOptions, int>> property, string help, OnResume onResume = OnResume.Fixed, string? oldName = null)
    {
        var (target, option) = Target(property);
        return Of(group, OptionRules.Whole(option.Name, help, value => option.Contains(value), option.Range, Default(target)).WithOldName(oldName), SetterOf<int>(target), onResume) with { IsOfCheckpoint = option.IsOfCheckpoint };
    }

    /// <summary>A number.</summary>
    public static Setting Number(string group, Expression<Func<TrainingOptions, double>> property, string help, string? oldName = null)
    {
        var (target, option) = Target(property);
        return Of(group, OptionRules.Real(option.Name, help, option.Contains, option.Range, Default(target)).WithOldName(oldName), SetterOf<double>(target));
    }

    /// <summary>Whole numbers, separated by commas; by default none.</summary>
    public static Setting Numbers(string group, Expression<Func<TrainingOptions, IReadOnlyList<int>>> property, string placeholder, string help)
    {
        var (target, option) = Target(property);
        return Of(group, OptionRules.Wholes(option.Name, placeholder, help, value => option.Contains(value), option.Range), SetterOf<int[]?>(target));
    }

    /// <summary>One of a few values, whose words are the names of the enum's members in lowercase.</summary>
    public static Setting Choice<T>(string group, Expression<Func<TrainingOptions, T>> property, string help)
        where T : struct, Enum =>
        Choice(group, property, help, new OrderedDictionary<string, T>(Enum.GetValues<T>().Select(value => new KeyValuePair<string, T>(value.ToString().ToLowerInvariant(), value))));

    /// <summary>One of a few values with words of their own.</summary>
    public static Setting Choice<T>(
        string group, Expression<Func<TrainingOptions, T>> property, string help, OrderedDictionary<string, T> words, IReadOnlyDictionary<string, T>? oldWords = null, string? oldName = null)
        where T : struct, Enum
    {
        var (target, option) = Target(property);
        var defaultWord = words.Single(word => word.Value.Equals(target.GetValue(Defaults))).Key;
        return Of(group, OptionRules.Choice(option.Name, help, words, defaultWord, oldWords).WithOldName(oldName), SetterOf<T>(target)) with { IsOfCheckpoint = option.IsOfCheckpoint };
    }

    /// <summary>One of a few names.</summary>
    public static Setting Name(string group, Expression<Func<TrainingOptions, string>> property, string help, IEnumerable<string> known)
    {
        var (target, option) = Target(property);
        return Of<string?>(group, OptionRules.OneOf(option.Name, help, known, Default(target)), SetterOf<string?>(target));
    }

    /// <summary>A flag.</summary>
    public static Setting Flag(string group, Expression<Func<TrainingOptions, bool>> property, string help)
    {
        var (target, attribute) = Target(property);
        var (option, set) = (OptionRules.Switch(attribute.Name, help), SetterOf<bool>(target));
        return new(group, option, OnResume.Fixed, (parsed, options) => parsed.GetValue(option) ? set(options, true) : options);
    }

    /// <summary>A setting with a value.</summary>
    public static Setting Of<T>(string group, Option<T?> option, Func<TrainingOptions, T, TrainingOptions> set, OnResume onResume = OnResume.Fixed)
        where T : struct =>
        new(group, option, onResume, (parsed, options) => parsed.GetValue(option) is { } value ? set(options, value) : options);

    /// <summary>A setting with a text or a list.</summary>
    public static Setting Of<T>(string group, Option<T> option, Func<TrainingOptions, T, TrainingOptions> set, OnResume onResume = OnResume.Fixed)
        where T : class? =>
        // A list that is not given is empty, not null.
        new(group, option, onResume, (parsed, options) => parsed.GetResult(option) is { Implicit: false } ? set(options, parsed.GetValue(option)!) : options);

    /// <summary>Whether a checkpoint that the training starts from decides the value instead.</summary>
    public bool IsOfCheckpoint { get; private init; }

    /// <summary>Whether the command line has the option.</summary>
    public bool IsGiven(System.CommandLine.Parsing.SymbolResult result) => result.GetResult(Option) is { Implicit: false };

    private static (PropertyInfo Property, TrainingOptionAttribute Option) Target<T>(Expression<Func<TrainingOptions, T>> property)
    {
        var target = (PropertyInfo)((MemberExpression)property.Body).Member;
        return (target, TrainingOptionAttribute.Of(target));
    }

    private static string Default(PropertyInfo property) => Convert.ToString(property.GetValue(Defaults), CultureInfo.InvariantCulture)!;

    private static Func<TrainingOptions, T, TrainingOptions> SetterOf<T>(PropertyInfo property) => (options, value) =>
    {
        var changed = options with { };
        property.SetValue(changed, value);
        return changed;
    };
}
