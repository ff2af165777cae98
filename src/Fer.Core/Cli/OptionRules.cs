using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fer.Core.Cli;

/// <summary>
/// Options that say in one plain line what they take. A missing option is null, so that a preset can fill it.
/// </summary>
public static class OptionRules
{
    /// <summary>A whole number within bounds.</summary>
    public static Option<int?> Whole(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(result, name, $"a whole number from {least} to {most}", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null),
    };

    /// <summary>A finite number within bounds.</summary>
    public static Option<double?> Real(string name, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse<double>(result, name, $"a number from {least} to {most}", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null),
    };

    /// <summary>One of a few words.</summary>
    public static Option<string?> OneOf(string name, string description, params IEnumerable<string> words)
    {
        string[] known = [.. words];
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', known) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !known.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} takes {string.Join(", ", known)}, not '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }

    /// <summary>A path, or any other text.</summary>
    public static Option<string?> Text(string name, string placeholder, string description) => NotEmpty(new Option<string?>(name) { Description = description, HelpName = placeholder });

    /// <summary>Paths, or any other texts: the option may be given several times.</summary>
    public static Option<string[]> Texts(string name, string placeholder, string description) => NotEmpty(new Option<string[]>(name) { Description = description, HelpName = placeholder });

    /// <summary>An option without which there is nothing to do.</summary>
    public static Option<string> Required(string name, string placeholder, string description) =>
        NotEmpty(new Option<string>(name) { Description = description, HelpName = placeholder, Required = true });

    /// <summary>A switch.</summary>
    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

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

    private static T? Parse<T>(ArgumentResult result, string name, string expected, Func<string, T?> parse)
        where T : struct
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (parse(text) is { } value)
        {
            return value;
        }

        result.AddError($"{name} takes {expected}, not '{text}'");
        return null;
    }
}
