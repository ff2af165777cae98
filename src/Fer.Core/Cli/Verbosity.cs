using System.CommandLine;

namespace Fer.Core.Cli;

/// <summary>How much a command says on stderr.</summary>
public enum Verbosity
{
    /// <summary>Warnings and errors.</summary>
    Quiet,

    /// <summary>Progress and a summary too.</summary>
    Normal,

    /// <summary>Details of the input and of the choices that were made too.</summary>
    Verbose,
}

/// <summary><c>--quiet</c> and <c>--verbose</c>, which stand behind every command.</summary>
internal static class VerbosityOptions
{
    private const string Quiet = "--quiet", Verbose = "--verbose";

    /// <summary>Adds the two options to a tool.</summary>
    public static void AddTo(RootCommand tool)
    {
        tool.Add(new Option<bool>(Quiet, "-q") { Description = "show only warnings and errors", Recursive = true });
        tool.Add(new Option<bool>(Verbose, "-v") { Description = "show details of the input and of the choices made", Recursive = true });
        tool.Validators.Add(result =>
        {
            if (IsGiven(Quiet) && IsGiven(Verbose))
            {
                result.AddError("--quiet and --verbose cannot be combined");
            }

            bool IsGiven(string name) => result.GetResult(Find(tool, name)!) is not null;
        });
    }

    /// <summary>Whether an option is one of the two.</summary>
    public static bool Contains(Option option) => option.Name is Quiet or Verbose;

    /// <summary>What a command line asks for.</summary>
    public static Verbosity Of(ParseResult parsed)
    {
        if (IsSet(Quiet))
        {
            return Verbosity.Quiet;
        }

        return IsSet(Verbose) ? Verbosity.Verbose : Verbosity.Normal;

        bool IsSet(string name) => Find(parsed.RootCommandResult.Command, name) is { } option && parsed.GetValue(option);
    }

    private static Option<bool>? Find(Command tool, string name) => tool.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == name);
}
