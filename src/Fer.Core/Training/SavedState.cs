using Fer.Core.Checkpoints;

namespace Fer.Core.Training;

/// <summary>Reads the training part of <c>last.pt</c>, which nobody has checked yet.</summary>
internal sealed class SavedState(IReadOnlyDictionary<string, object?> values)
{
    public bool Has(string key) => values.ContainsKey(key);

    public long Whole(string key) => values.GetValueOrDefault(key) is long number && number >= 0 ? number : throw Missing(key);

    public double Real(string key) => values.GetValueOrDefault(key) is double number ? number : throw Missing(key);

    public string Text(string key) => values.GetValueOrDefault(key) as string ?? throw Missing(key);

    public SavedState Part(string key) =>
        values.GetValueOrDefault(key) is IReadOnlyDictionary<string, object?> part ? new SavedState(part) : throw Missing(key);

    public IReadOnlyList<object?> List(string key) => values.GetValueOrDefault(key) as IReadOnlyList<object?> ?? throw Missing(key);

    public StoredTensor Tensor(string key, long[] shape) =>
        values.GetValueOrDefault(key) is StoredTensor { Type: StoredType.Float32 } tensor && tensor.Shape.SequenceEqual(shape) ? tensor : throw Missing(key);

    /// <summary>All values as tensors under their names.</summary>
    public OrderedDictionary<string, StoredTensor> Tensors()
    {
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (var (name, value) in values)
        {
            tensors.Add(name, value as StoredTensor ?? throw Missing(name));
        }

        return tensors;
    }

    private static FerException Missing(string key) => new($"'{key}' of the saved training is missing or of another training");
}
