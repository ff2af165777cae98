using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>Random changes of the values in a PyTorch file: the file stays well-formed, its content does not fit.</summary>
internal static class ValueMutation
{
    private static readonly long[] Integers = [0, 1, -1, 2, 7, 1000, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];
    private static readonly double[] Reals = [0, -0.0, 1, -1, 1e-300, 1e300, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly string[] Texts = ["", "emotion-net", "\u202E", "\n", "../..", new('x', 5000), "0123456789abcdef"];

    /// <summary>Makes one to three changes in place.</summary>
    public static void Apply(OrderedDictionary<string, object?> values, ref CounterRandom random)
    {
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
        {
            Change(values, ref random);
        }
    }

    private static void Change(OrderedDictionary<string, object?> values, ref CounterRandom random)
    {
        if (values.Count == 0)
        {
            values["new"] = Any(ref random);
            return;
        }

        var index = random.Next(values.Count);
        var (key, value) = values.GetAt(index);
        if (value is OrderedDictionary<string, object?> { Count: > 0 } inner && random.Next(10) > 0)
        {
            Change(inner, ref random);
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                values.RemoveAt(index);
                break;
            case 1:
                values[$"{key}{random.Next(3)}"] = value;
                break;
            case 2:
                values.SetAt(index, values.GetAt(random.Next(values.Count)).Value);
                break;
            case 3:
                values.SetAt(index, Any(ref random));
                break;
            default:
                values.SetAt(index, Similar(value, ref random));
                break;
        }
    }

    private static object? Similar(object? value, ref CounterRandom random) => value switch
    {
        long => Mutation.Pick(Integers, ref random),
        double => Mutation.Pick(Reals, ref random),
        string => Mutation.Pick(Texts, ref random),
        StoredTensor tensor => Similar(tensor, ref random),
        List<object?> { Count: > 0 } list => list.Take(random.Next(list.Count + 1)).Append(Any(ref random)).ToList(),
        _ => Any(ref random),
    };

    /// <summary>Other elements, another shape of as many elements, another type, or fewer rows.</summary>
    private static StoredTensor Similar(StoredTensor tensor, ref CounterRandom random)
    {
        var size = StoredTensor.SizeOf(tensor.Type);
        switch (random.Next(4))
        {
            case 0 when tensor.Data.Length >= size && tensor.Type is StoredType.Float32 or StoredType.Float64:
                var data = (byte[])tensor.Data.Clone();
                var value = Mutation.Pick(Reals, ref random);
                (tensor.Type == StoredType.Float32 ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes(value)).CopyTo(data, random.Next(data.Length / size) * size);
                return tensor with { Data = data };
            case 1:
                return tensor with { Shape = [tensor.Data.Length / size] };
            case 2:
                return tensor with { Shape = [1, .. tensor.Shape] };
            default:
                return new StoredTensor(StoredType.Float32, [tensor.Data.Length / 4], tensor.Data[..(tensor.Data.Length / 4 * 4)]);
        }
    }

    private static object? Any(ref CounterRandom random) => random.Next(9) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 or 3 => Mutation.Pick(Integers, ref random),
        4 => Mutation.Pick(Reals, ref random),
        5 => Mutation.Pick(Texts, ref random),
        6 => new List<object?> { 1L, "a" },
        7 => new OrderedDictionary<string, object?> { ["a"] = 1L },
        _ => StoredTensor.Scalar(Mutation.Pick(Reals, ref random)),
    };
}
