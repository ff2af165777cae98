using System.CommandLine;

namespace Fer.Core.Cli;

/// <summary>Mistakes on the command line: one line each, with a suggestion where an option or command was probably misspelled.</summary>
internal static class UsageErrors
{
    // Maximum edit distance; shorter words would match almost anything.
    private const int MostDifferences = 2, ShortestWord = 4;

    /// <summary>Writes every mistake of a parsed command line.</summary>
    public static void Write(TextWriter error, ParseResult parsed)
    {
        // What is missing may be the misspelled word.
        var messages = parsed.Errors.Select(mistake => mistake.Message).Where(message => parsed.UnmatchedTokens.Count == 0 || !message.Contains(" is missing", StringComparison.Ordinal));
        foreach (var message in messages.Distinct(StringComparer.Ordinal))
        {
            error.WriteLine(FerException.OneLine(message));
        }

        var command = parsed.CommandResult.Command;
        // Where a command takes files, a misspelled option or command is one of them.
        var arguments = command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? []).Select(token => token.Value);
        foreach (var word in parsed.UnmatchedTokens.Concat(arguments.Where(word => !Path.Exists(word))))
        {
            if (Closest(word, command) is { } suggestion)
            {
                error.WriteLine($"did you mean {suggestion}?");
            }
        }
    }

    /// <summary>The option or command that a misspelled word stands for, or null.</summary>
    internal static string? Closest(string word, Command command)
    {
        if (word.Length < ShortestWord)
        {
            return null;
        }

        IEnumerable<Symbol> known = word.StartsWith("--", StringComparison.Ordinal) ? command.Options : command.Subcommands;
        return known
            .Where(symbol => !symbol.Hidden)
            .Select(symbol => (symbol.Name, Differences: Differences(word, symbol.Name)))
            .Where(candidate => candidate.Differences <= MostDifferences)
            .OrderBy(candidate => candidate.Differences)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein 1966).</summary>
    private static int Differences(string one, string other)
    {
        int[] previous = [.. Enumerable.Range(0, other.Length + 1)];
        for (var i = 0; i < one.Length; i++)
        {
            var current = new int[other.Length + 1];
            current[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
            {
                var replaced = previous[j] + (one[i] == other[j] ? 0 : 1);
                current[j + 1] = Math.Min(replaced, 1 + Math.Min(previous[j + 1], current[j]));
            }

            previous = current;
        }

        return previous[^1];
    }
}
