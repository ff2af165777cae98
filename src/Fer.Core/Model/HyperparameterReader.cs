namespace Fer.Core.Model;

/// <summary>Reads hyperparameters from an untrusted file.</summary>
public sealed class HyperparameterReader(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>The most items of a list: far more than any network here has; it bounds what a hostile file makes us build.</summary>
    internal const int MaxItems = 16;

    /// <summary>Whether the file has this key.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>An integer within bounds, both inclusive.</summary>
    /// <exception cref="FerException">It is missing, not an integer, or out of bounds.</exception>
    public int Int(string key, int min, int max) => CheckInt(key, values.GetValueOrDefault(key), min, max);

    /// <summary>A list of integers within bounds, both inclusive.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="min">The least integer.</param>
    /// <param name="max">The largest one.</param>
    /// <param name="maxItems">The most integers, at least one of which there must be.</param>
    /// <exception cref="FerException">It is missing, not such a list, or an integer is out of bounds.</exception>
    public IReadOnlyList<int> IntList(string key, int min, int max, int maxItems = MaxItems) =>
        [.. List(key, "integers", maxItems).Select(value => CheckInt(key, value, min, max))];

    /// <summary>A string.</summary>
    /// <exception cref="FerException">It is missing or not a string.</exception>
    public string Text(string key) =>
        values.GetValueOrDefault(key) as string ?? throw new FerException($"the architecture's '{key}' is missing or not a string");

    /// <summary>A list of 1 to 16 architecture descriptions.</summary>
    /// <exception cref="FerException">It is missing or not such a list.</exception>
    public IReadOnlyList<HyperparameterReader> Architectures(string key)
    {
        var readers = new List<HyperparameterReader>();
        foreach (var item in List(key, "architectures", MaxItems))
        {
            if (item is not IReadOnlyDictionary<string, object?> description)
            {
                throw new FerException($"the architecture's '{key}' is not a list of architectures");
            }

            readers.Add(new HyperparameterReader(description));
        }

        return readers;
    }

    private IReadOnlyList<object?> List(string key, string content, int maxItems) =>
        values.GetValueOrDefault(key) is IReadOnlyList<object?> list && list.Count >= 1 && list.Count <= maxItems
            ? list
            : throw new FerException($"the architecture's '{key}' is not a list of 1 to {maxItems} {content}");

    private static int CheckInt(string key, object? value, int min, int max) =>
        value is long number && number >= min && number <= max
            ? (int)number
            : throw new FerException($"the architecture's '{key}' is not an integer from {min} to {max}");
}
