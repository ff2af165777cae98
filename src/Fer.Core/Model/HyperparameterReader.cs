namespace Fer.Core.Model;

/// <summary>Reads an architecture's numbers out of a file that nobody has checked yet.</summary>
public sealed class HyperparameterReader(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>Whether there is such a number.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="FerException">It is missing, no whole number, or out of bounds.</exception>
    public int Whole(string key, int least, int most) => Check(key, values.GetValueOrDefault(key), least, most);

    /// <summary>A list of one to sixteen whole numbers within bounds.</summary>
    /// <exception cref="FerException">It is missing, no such list, or a number is out of bounds.</exception>
    public IReadOnlyList<int> WholeList(string key, int least, int most) =>
        values.GetValueOrDefault(key) is IReadOnlyList<object?> { Count: >= 1 and <= 16 } list
            ? [.. list.Select(value => Check(key, value, least, most))]
            : throw new FerException($"the architecture's '{key}' is no list of numbers");

    /// <summary>A word.</summary>
    /// <exception cref="FerException">It is missing, or no text.</exception>
    public string Text(string key) => values.GetValueOrDefault(key) as string ?? throw new FerException($"the architecture's '{key}' is no text");

    /// <summary>A list of one to sixteen architectures.</summary>
    /// <exception cref="FerException">It is missing, or no such list.</exception>
    public IReadOnlyList<HyperparameterReader> Parts(string key) =>
        values.GetValueOrDefault(key) is IReadOnlyList<object?> { Count: >= 1 and <= 16 } list && list.All(part => part is IReadOnlyDictionary<string, object?>)
            ? [.. list.Select(part => new HyperparameterReader((IReadOnlyDictionary<string, object?>)part!))]
            : throw new FerException($"the architecture's '{key}' is no list of architectures");

    private static int Check(string key, object? value, int least, int most) =>
        value is long number && number >= least && number <= most
            ? (int)number
            : throw new FerException($"the architecture's '{key}' is no whole number from {least} to {most}");
}
