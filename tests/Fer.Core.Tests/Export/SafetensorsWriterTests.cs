using System.Text.Json;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Export;

namespace Fer.Core.Tests.Export;

public sealed class SafetensorsWriterTests
{
    private readonly Checkpoint _checkpoint = SmallCheckpoint.Create();

    [Fact]
    public void Every_weight_is_found_where_the_header_says()
    {
        var (header, data) = Write(_checkpoint);

        var names = header.EnumerateObject().Select(entry => entry.Name).Where(name => name != "__metadata__");
        Assert.Equal(_checkpoint.Weights.Keys.Order(), names.Order());
        Assert.All(_checkpoint.Weights, weight =>
        {
            var entry = header.GetProperty(weight.Key);
            Assert.Equal(weight.Value.Type == StoredType.Float32 ? "F32" : "I64", entry.GetProperty("dtype").GetString());
            Assert.Equal(weight.Value.Shape, entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()));
            var (start, end) = Offsets(entry);
            Assert.Equal(weight.Value.Data, data[start..end]);
            Assert.Equal(0, start % StoredTensor.SizeOf(weight.Value.Type));
        });
    }

    [Fact]
    public void The_data_has_no_gaps()
    {
        var (header, data) = Write(_checkpoint);

        var ranges = header.EnumerateObject().Where(entry => entry.Name != "__metadata__").Select(entry => Offsets(entry.Value)).Order().ToList();
        Assert.Equal(0, ranges[0].Start);
        Assert.Equal(ranges.Skip(1).Select(range => range.Start), ranges.SkipLast(1).Select(range => range.End));
        Assert.Equal(data.Length, ranges[^1].End);
    }

    [Fact]
    public void The_metadata_are_texts_that_say_what_the_weights_are_for()
    {
        var metadata = Write(_checkpoint).Header.GetProperty("__metadata__");

        Assert.Equal("""["label0","label1","label2"]""", metadata.GetProperty("labels").GetString());
        Assert.Equal("""{"size":16,"mean":0.4,"std":0.2}""", metadata.GetProperty("preprocessing").GetString());
        Assert.Equal("""{"name":"emotion-net","stem":4,"stages":[6,8],"squeeze":0,"maximum":0}""", metadata.GetProperty("architecture").GetString());
        Assert.Equal("1.25", metadata.GetProperty("temperature").GetString());
        Assert.All(metadata.EnumerateObject(), entry => Assert.Equal(JsonValueKind.String, entry.Value.ValueKind));
    }

    [Fact]
    public void A_NaN_metric_does_not_prevent_the_export()
    {
        var (header, _) = Write(_checkpoint with { Metrics = new Dictionary<string, double> { ["loss"] = double.NaN } });

        Assert.Equal("""{"loss":"NaN"}""", header.GetProperty("__metadata__").GetProperty("metrics").GetString());
    }

    private static (int Start, int End) Offsets(JsonElement entry) =>
        (entry.GetProperty("data_offsets")[0].GetInt32(), entry.GetProperty("data_offsets")[1].GetInt32());

    private static (JsonElement Header, byte[] Data) Write(Checkpoint checkpoint)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, checkpoint);
        var bytes = stream.ToArray();
        var length = (int)BitConverter.ToInt64(bytes);
        return (JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement, bytes[(8 + length)..]);
    }
}
