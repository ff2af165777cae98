using System.Globalization;
using System.Runtime.InteropServices;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Checkpoints;

/// <summary>Reads values out of a checkpoint that nobody has checked yet; each failure names the key.</summary>
internal sealed class StoredValues(OrderedDictionary<string, object?> values)
{
    public OrderedDictionary<string, object?> All => values;

    public bool Has(string key) => values.ContainsKey(key);

    public long Whole(string key, long least = 0, long most = long.MaxValue) =>
        Get<long>(key) is var number && number >= least && number <= most ? number : throw OutOfBounds(key, least, most);

    public double Real(string key, double least = double.MinValue, double most = double.MaxValue) =>
        (Number(values.GetValueOrDefault(key)) ?? throw Missing(key)) is var number && number >= least && number <= most ? number : throw OutOfBounds(key, least, most);

    public string Text(string key) => Get<string>(key);

    public StoredValues Part(string key) => new(Get<OrderedDictionary<string, object?>>(key));

    public IReadOnlyList<object?> List(string key) => Get<List<object?>>(key);

    /// <summary>A tensor of the given type and shape.</summary>
    public StoredTensor Tensor(string key, IReadOnlyList<long> shape, StoredType type = StoredType.Float32) =>
        Get<StoredTensor>(key) is var tensor && tensor.Type == type && tensor.Shape.SequenceEqual(shape) ? tensor : throw Missing(key);

    /// <summary>A tensor of 64-bit floating point numbers in rows of the given length.</summary>
    public double[][] Rows(string key, int columns) =>
        Get<StoredTensor>(key) is { Type: StoredType.Float64, Shape: [_, var width] } tensor && width == columns
            ? [.. MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray().Chunk(columns)]
            : throw Missing(key);

    /// <summary>All values as tensors under their names.</summary>
    public OrderedDictionary<string, StoredTensor> Tensors() =>
        new(values.Select(value => new KeyValuePair<string, StoredTensor>(value.Key, value.Value as StoredTensor ?? throw Missing(value.Key))));

    /// <summary>A number, plain, whole or as a tensor without dimensions; null for anything else.</summary>
    public static double? Number(object? value) => value as double? ?? value as long? ?? (value as StoredTensor)?.AsScalar();

    private T Get<T>(string key) => values.GetValueOrDefault(key) is T value ? value : throw Missing(key);

    private static FerException Missing(string key) => new($"'{key}' is missing or of another kind");

    private static FerException OutOfBounds<T>(string key, T least, T most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{key}' is not between {least} and {most}"));
}
