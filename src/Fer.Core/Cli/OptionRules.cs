using System.CommandLine;
using System.Globalization;

namespace Fer.Core.Cli;

/// <summary>
/// Options that check their value and say in one line what they take. The value of a missing option is null, so that a
/// preset can supply it; the help shows the default.
/// </summary>
public static class OptionRules
{
    /// <summary>An integer within bounds.</summary>
    public static Option<int?> Whole(string name, string help, int least, int most, string? defaultValue = null) =>
        Whole(name, help, value => value >= least && value <= most, $"from {least} to {most}", defaultValue);

    /// <summary>An integer for which a condition holds.</summary>
    /// <param name="name">With the dashes.</param>
    /// <param name="help">What the option does.</param>
    /// <param name="isValid">The condition.</param>
    /// <param name="range">The condition in words: <c>from 0 to 9</c>.</param>
    /// <param name="defaultValue">Shown in the help.</param>
    public static Option<int?> Whole(string name, string help, Func<int, bool> isValid, string range, string? defaultValue = null) => Parsed(
        name,
        help,
        defaultValue,
        "N",
        $"a whole number {range}",
        text => WholeIn(text, isValid));

    /// <summary>Integers, separated by commas, for each of which a condition holds.</summary>
    public static Option<int[]?> Wholes(string name, string placeholder, string help, Func<int, bool> isValid, string range) => Parsed<int[]?>(
        name,
        help,
        null,
        placeholder,
        $"whole numbers {range}, separated by commas",
        text => text.Split(',').Select(part => WholeIn(part, isValid)).ToArray() is var values && !values.Contains(null) ? [.. values.OfType<int>()] : null);

    /// <summary>A finite number within bounds.</summary>
    public static Option<double?> Real(string name, string help, double least, double most, string? defaultValue = null) =>
        Real(name, help, value => value >= least && value <= most, string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}"), defaultValue);

    /// <summary>A number for which a condition holds.</summary>
    /// <param name="name">With the dashes.</param>
    /// <param name="help">What the option does.</param>
    /// <param name="isValid">The condition, which NaN must not meet.</param>
    /// <param name="range">The condition in words: <c>from 0 to 1</c>.</param>
    /// <param name="defaultValue">Shown in the help.</param>
    public static Option<double?> Real(string name, string help, Func<double, bool> isValid, string range, string? defaultValue = null) => Parsed(
        name,
        help,
        defaultValue,
        "X",
        $"a number {range}",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isValid(value) ? value : (double?)null);

    /// <summary>One of a few words.</summary>
    public static Option<string?> OneOf(string name, string help, IEnumerable<string> words, string? defaultValue = null)
    {
        string[] known = [.. words];
        var option = new Option<string?>(name) { Description = WithDefault(help, defaultValue), HelpName = string.Join('|', known) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !known.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} takes {string.Join(", ", known)}, not '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }

    /// <summary>One of a few words, each of which stands for a value.</summary>
    /// <param name="name">With the dashes.</param>
    /// <param name="help">What the option does.</param>
    /// <param name="words">In the order of the help.</param>
    /// <param name="defaultValue">Shown in the help.</param>
    /// <param name="oldWords">Accepted, but not shown.</param>
    public static Option<T?> Choice<T>(string name, string help, OrderedDictionary<string, T> words, string? defaultValue = null, IReadOnlyDictionary<string, T>? oldWords = null)
        where T : struct => Parsed(
            name,
            help,
            defaultValue,
            string.Join('|', words.Keys),
            string.Join(", ", words.Keys),
            text => words.TryGetValue(text, out var value) || (oldWords?.TryGetValue(text, out value) ?? false) ? value : (T?)null);

    /// <summary>A path, or any other text.</summary>
    public static Option<string?> Text(string name, string placeholder, string help, string? defaultValue = null) =>
        NotEmpty(new Option<string?>(name) { Description = WithDefault(help, defaultValue), HelpName = placeholder });

    /// <summary>Paths, or any other texts: the option may be repeated.</summary>
    public static Option<string[]> Texts(string name, string placeholder, string help) =>
        NotEmpty(new Option<string[]>(name) { Description = help, HelpName = placeholder });

    /// <summary>An option that the command cannot do without.</summary>
    public static Option<string> Required(string name, string placeholder, string help) =>
        NotEmpty(new Option<string>(name) { Description = $"{help} (required)", HelpName = placeholder, Required = true });

    /// <summary>A flag, off by default.</summary>
    public static Option<bool> Switch(string name, string help) => new(name) { Description = help };

    /// <summary>The same option under an older name too, if it has one, which the help does not show.</summary>
    public static Option<T> WithOldName<T>(this Option<T> option, string? oldName)
    {
        if (oldName is not null)
        {
            option.Aliases.Add(oldName);
        }

        return option;
    }

    private static int? WholeIn(string text, Func<int, bool> isValid) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && isValid(value) ? value : null;

    private static string WithDefault(string help, string? defaultValue) => defaultValue is null ? help : $"{help} (default: {defaultValue})";

    /// <summary>A shell variable that is not set is an easy mistake, and an empty path names nothing.</summary>
    private static T NotEmpty<T>(T option)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError($"{option.Name} is empty");
            }
        });
        return option;
    }

    /// <summary>One text that is converted; the conversion returns null for a wrong one.</summary>
    private static Option<T> Parsed<T>(string name, string help, string? defaultValue, string placeholder, string expected, Func<string, T> parse) =>
        new(name)
        {
            // System.CommandLine would let an array take several.
            Arity = ArgumentArity.ExactlyOne,
            Description = WithDefault(help, defaultValue),
            HelpName = placeholder,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                var value = parse(text);
                if (value is null)
                {
                    result.AddError($"{name} takes {expected}, not '{text}'");
                }

                return value;
            },
        };
}
