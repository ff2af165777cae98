namespace Fer.Core.Data;

/// <summary>What the user says about the names of label folders: <c>--label-map</c> and <c>--ignore-label</c>.</summary>
/// <param name="Map">Names of label folders with the labels that they stand for; several may stand for one label.</param>
/// <param name="Ignored">Labels, or names of label folders, whose images are left out.</param>
public sealed record LabelRules(IReadOnlyDictionary<string, string> Map, IReadOnlyList<string> Ignored)
{
    /// <summary>Labels are the names of the folders.</summary>
    public static LabelRules None { get; } = new(new Dictionary<string, string>(), []);

    /// <summary>Reads <c>a=b,c=d</c> and the ignored labels.</summary>
    /// <exception cref="FerException">The map has another form, or names a folder twice.</exception>
    public static LabelRules Parse(string? map, IReadOnlyList<string> ignored)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } folder, { Length: > 0 } label])
            {
                throw new FerException($"--label-map '{entry}' is not of the form folder=label; example: --label-map anger=angry,joy=happy");
            }

            if (!pairs.TryAdd(folder, label))
            {
                throw new FerException($"--label-map names the folder '{folder}' twice");
            }
        }

        return new LabelRules(pairs, ignored);
    }

    /// <summary>The label of a folder; null if it is ignored.</summary>
    public string? LabelOf(string folder)
    {
        var label = Map.GetValueOrDefault(folder, folder);
        return Ignored.Contains(folder, StringComparer.Ordinal) || Ignored.Contains(label, StringComparer.Ordinal) ? null : label;
    }

    /// <summary>Makes sure that every rule is about a folder that exists: a mistyped one would have no effect.</summary>
    /// <exception cref="FerException">One is not.</exception>
    public void RequireKnown(IReadOnlyCollection<string> folders, string root)
    {
        var labels = folders.Select(folder => Map.GetValueOrDefault(folder, folder)).Concat(folders).ToHashSet(StringComparer.Ordinal);
        var (option, unknown) = Map.Keys.FirstOrDefault(folder => !folders.Contains(folder)) is { } source
            ? ("--label-map", source)
            : ("--ignore-label", Ignored.FirstOrDefault(name => !labels.Contains(name)));
        if (unknown is not null)
        {
            throw new FerException($"{option}: {root} has no label folder '{unknown}'; it has {string.Join(", ", folders.Distinct().Order(StringComparer.Ordinal))}");
        }
    }
}
