namespace Fer.Core.Evaluation;

/// <summary>Groups of images that a user names: <c>path,attribute...</c> as CSV, with one row per image.</summary>
/// <param name="Attributes">The names of the attributes, in the order of the columns.</param>
/// <param name="Values"><c>[attribute][image]</c>: the image's group; empty if it has none.</param>
/// <param name="Images">Number of images that have a row.</param>
/// <param name="UnusedRows">Number of rows whose path is none of the images.</param>
public sealed record ImageAttributes(IReadOnlyList<string> Attributes, IReadOnlyList<IReadOnlyList<string>> Values, int Images, int UnusedRows)
{
    // More are an identifier or a measurement, not groups.
    private const int MaxGroups = 50;

    /// <summary>Reads the groups of images.</summary>
    /// <param name="csv">The CSV file.</param>
    /// <param name="paths">The file of each image; a row names it by its path, or by the last parts of its path.</param>
    /// <exception cref="FerException">The file is missing or has another form, or a row is ambiguous (the line is named), or no row names an image.</exception>
    public static ImageAttributes Read(string csv, IReadOnlyList<string> paths)
    {
        var byName = paths.Index().ToLookup(path => Path.GetFileName(path.Item), path => path.Index, StringComparer.Ordinal);
        string[]? attributes = null;
        string[][] values = [];
        var (known, unused) = (new HashSet<int>(), 0);
        foreach (var (index, line) in Csv.ReadLines(csv).Index().Where(line => line.Item.Length > 0))
        {
            var fields = Csv.Fields(line);
            if (attributes is null)
            {
                attributes = Header(csv, fields);
                values = Array.ConvertAll(attributes, _ => Enumerable.Repeat("", paths.Count).ToArray());
                continue;
            }

            if (fields.Length != attributes.Length + 1)
            {
                throw new FerException($"{csv}, line {index + 1}: {fields.Length} columns instead of {attributes.Length + 1}");
            }

            if (Find(fields[0], paths, byName, $"{csv}, line {index + 1}") is not { } image)
            {
                unused++;
                continue;
            }

            if (!known.Add(image))
            {
                throw new FerException($"{csv}, line {index + 1}: {fields[0]} has a row already; keep one per image");
            }

            for (var attribute = 0; attribute < attributes.Length; attribute++)
            {
                values[attribute][image] = fields[attribute + 1].Trim();
            }
        }

        if (known.Count == 0)
        {
            throw new FerException($"{csv} names none of the images; its first column must be their paths, such as {paths[0]}");
        }

        RequireGroups(csv, attributes!, values);
        return new ImageAttributes(attributes!, values, known.Count, unused);
    }

    private static string[] Header(string csv, string[] fields)
    {
        // A byte order mark is what spreadsheets write.
        if (fields.Length < 2 || !fields[0].Trim('\uFEFF', ' ').Equals("path", StringComparison.OrdinalIgnoreCase))
        {
            throw new FerException($"{csv}: its first line must be path,ATTRIBUTE,... such as path,gender,age");
        }

        return [.. fields[1..].Select(name => name.Trim())];
    }

    private static int? Find(string path, IReadOnlyList<string> paths, ILookup<string, int> byName, string place)
    {
        var wanted = path.Trim().Replace('\\', '/');
        wanted = wanted.StartsWith("./", StringComparison.Ordinal) ? wanted[2..] : wanted;
        int[] found = [.. byName[Path.GetFileName(wanted)].Where(image => paths[image] == wanted || paths[image].EndsWith($"/{wanted}", StringComparison.Ordinal))];
        return found.Length switch
        {
            0 => null,
            1 => found[0],
            _ => throw new FerException($"{place}: {path} is {paths[found[0]]} or {paths[found[1]]}; name more of the path"),
        };
    }

    private static void RequireGroups(string csv, string[] attributes, string[][] values)
    {
        foreach (var (attribute, groups) in attributes.Zip(values, (attribute, column) => (attribute, column.Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Count())))
        {
            if (groups > MaxGroups)
            {
                throw new FerException($"{csv}: the column '{attribute}' has {groups} values, more than the {MaxGroups} groups that can be compared; remove it, or sort its values into groups");
            }
        }
    }
}
