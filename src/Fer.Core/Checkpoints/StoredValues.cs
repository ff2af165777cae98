using System.Globalization;
using System.Runtime.InteropServices;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Checkpoints;

/// <summary>Reads values from the dictionary of an untrusted checkpoint; every error names the key.</summary>
internal sealed class StoredValues(OrderedDictionary<string, object?> values)
{
    public OrderedDictionary<string, object?> All => values;

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>An integer within bounds, both inclusive.</summary>
    public long Int64(string key, long min = 0, long max = long.MaxValue)
    {
        var value = Get<long>(key);
        if (value < min || value > max)
        {
            throw OutOfBounds(key, min, max);
        }

        return value;
    }

    /// <summary>A number within bounds, both inclusive; an integer or a scalar tensor is converted.</summary>
    public double Double(string key, double min = double.MinValue, double max = double.MaxValue)
    {
        var value = Number(values.GetValueOrDefault(key)) ?? throw Missing(key);
        var isWithin = value >= min && value <= max;
        if (!isWithin)
        {
            throw OutOfBounds(key, min, max);
        }

        return value;
    }

    public string Text(string key) => Get<string>(key);

    /// <summary>A nested dictionary.</summary>
    public StoredValues Part(string key) => new(Get<OrderedDictionary<string, object?>>(key));

    public IReadOnlyList<object?> List(string key) => Get<List<object?>>(key);

    /// <summary>A tensor of the given type and shape.</summary>
    public StoredTensor Tensor(string key, IReadOnlyList<long> shape, StoredType type = StoredType.Float32)
    {
        var tensor = Get<StoredTensor>(key);
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(shape))
        {
            throw Missing(key);
        }

        return tensor;
    }

    /// <summary>A float32 tensor of any shape.</summary>
    public StoredTensor Tensor(string key) => Tensor(key, Get<StoredTensor>(key).Shape);

    /// <summary>The rows of a float64 matrix with one of the given numbers of columns.</summary>
    public double[][] Rows(string key, params int[] columns)
    {
        var tensor = Get<StoredTensor>(key);
        if (tensor.Type != StoredType.Float64 || tensor.Shape.Count != 2 || !columns.Contains((int)tensor.Shape[1]))
        {
            throw Missing(key);
        }

        return [.. MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray().Chunk((int)tensor.Shape[1])];
    }

    /// <summary>All values, which must be tensors.</summary>
    public OrderedDictionary<string, StoredTensor> Tensors()
    {
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (var key in values.Keys)
        {
            tensors.Add(key, Get<StoredTensor>(key));
        }

        return tensors;
    }

    /// <summary>A float, an integer or a float64 scalar tensor as a number; null for anything else.</summary>
    public static double? Number(object? value) => value switch
    {
        double number => number,
        long integer => integer,
        StoredTensor tensor => tensor.AsScalar(),
        _ => null,
    };

    private T Get<T>(string key) => values.GetValueOrDefault(key) is T value ? value : throw Missing(key);

    private static FerException Missing(string key) => new($"'{key}' is missing or has the wrong type or shape");

    private static FerException OutOfBounds<T>(string key, T min, T max) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{key}' is not between {min} and {max}"));
}
