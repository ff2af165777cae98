using System.Text.RegularExpressions;

namespace Fer.Core.Data;

/// <summary>Images that belong together, such as those of a person, a clip or a shoot: <c>--group</c>.</summary>
public sealed class ImageGroups
{
    private readonly Func<string, string?> _groupOf;

    private ImageGroups(Func<string, string?> groupOf) => _groupOf = groupOf;

    /// <summary>Reads the value of <c>--group</c>.</summary>
    /// <param name="text">
    /// A regular expression that is searched in the path of each image below the data folder: what its parentheses
    /// capture, or the whole match without any, is the group. Or a CSV file, by its extension: path and group in each row.
    /// </param>
    /// <exception cref="FerException">The expression is not valid, or the file cannot be read.</exception>
    public static ImageGroups Parse(string text) =>
        text.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? FromCsv(text) : FromExpression(text);

    /// <summary>The group of a file; null if it has none.</summary>
    /// <param name="root">The data folder.</param>
    /// <param name="path">The image.</param>
    public string? Of(string root, string path) => _groupOf(Path.GetRelativePath(root, path));

    private static ImageGroups FromExpression(string text)
    {
        Regex expression;
        try
        {
            // Takes linear time for any expression.
            expression = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new FerException($"--group '{text}' is not a regular expression that can be used: {failure.Message}", failure);
        }

        return new ImageGroups(path =>
        {
            var match = expression.Match(path);
            if (!match.Success)
            {
                return null;
            }

            return match.Groups.Count == 1 ? match.Value : string.Join('/', match.Groups.Values.Skip(1).Select(group => group.Value));
        });
    }

    private static ImageGroups FromCsv(string file)
    {
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Csv.ReadLines(file).Where(line => line.Length > 0))
        {
            // Paths may have commas, names of groups have none.
            var comma = line.LastIndexOf(',');
            if (comma <= 0 || comma == line.Length - 1)
            {
                throw new FerException($"{file}: '{line}' has not the form path,group (the path below the data folder)");
            }

            groups[Unquoted(line[..comma])] = Unquoted(line[(comma + 1)..]);
        }

        return new ImageGroups(groups.GetValueOrDefault);
    }

    private static string Unquoted(string field) =>
        field.Length > 1 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field;
}
