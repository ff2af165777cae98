namespace Fer.Core.Data;

/// <summary>Labels that differ by name only: <c>Happy</c>, <c>happiness</c> and <c>happy</c> mean the same.</summary>
public static class LabelMatching
{
    private static readonly string[][] Synonyms =
    [
        ["angry", "anger"],
        ["contempt", "contemptuous"],
        ["disgust", "disgusted"],
        ["fear", "fearful"],
        ["happy", "happiness"],
        ["neutral", "neutrality"],
        ["sad", "sadness"],
        ["surprise", "surprised"],
    ];

    private static readonly Dictionary<string, string> Meanings = Synonyms
        .SelectMany(names => names.Select(name => (Name: name, Meaning: names[0])))
        .ToDictionary(pair => pair.Name, pair => pair.Meaning, StringComparer.Ordinal);

    private static readonly string[] Fer2013Numbers = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];
    private static readonly string[] RafNumbers = ["surprise", "fear", "disgust", "happy", "sad", "angry", "neutral"];

    /// <summary>The index of the label that has a name or its meaning; -1 if there is none, or several have the meaning.</summary>
    public static int IndexOf(LabelSet labels, string name)
    {
        var exact = labels.IndexOf(name);
        if (exact >= 0)
        {
            return exact;
        }

        var meaning = MeaningOf(name);
        int[] same = [.. Enumerable.Range(0, labels.Count).Where(label => MeaningOf(labels[label]) == meaning)];
        return same.Length == 1 ? same[0] : -1;
    }

    /// <summary>For each label of <paramref name="from"/> the index of the same label in <paramref name="to"/>; null unless each has exactly one.</summary>
    public static int[]? Permutation(LabelSet from, LabelSet to)
    {
        int[] indices = [.. from.Select(name => IndexOf(to, name))];
        return from.Count == to.Count && !indices.Contains(-1) && indices.Distinct().Count() == indices.Length ? indices : null;
    }

    /// <summary>For labels that are numbers, as some datasets have them: the <c>--label-map</c> that names them. Null for other labels.</summary>
    public static string? NumberHint(IEnumerable<string> names)
    {
        var numbers = names.Where(name => name.Length == 1 && name[0] is >= '0' and <= '7').ToHashSet(StringComparer.Ordinal);
        if (numbers.Count < 2 || (numbers.Contains("0") && numbers.Contains("7")))
        {
            return null;
        }

        var fer2013 = $"FER2013 numbers them --label-map {Map(Fer2013Numbers, 0)}";
        var raf = $"RAF-DB numbers them --label-map {Map(RafNumbers, 1)}";
        return (numbers.Contains("0"), numbers.Contains("7")) switch
        {
            (true, _) => fer2013,
            (_, true) => raf,
            _ => $"{fer2013}; {raf}",
        };
    }

    /// <summary>Two labels that mean the same, such as "Happy" and "happiness"; null if there are none.</summary>
    public static (string First, string Second)? Duplicate(IEnumerable<string> names) => names
        .GroupBy(MeaningOf, StringComparer.Ordinal)
        .Where(group => group.Skip(1).Any())
        .Select(group => ((string, string)?)(group.First(), group.Skip(1).First()))
        .FirstOrDefault();

    private static string MeaningOf(string name)
    {
        var lower = name.Trim().ToLowerInvariant();
        return Meanings.GetValueOrDefault(lower, lower);
    }

    private static string Map(string[] names, int first) => string.Join(',', names.Select((name, index) => $"{first + index}={name}"));
}
