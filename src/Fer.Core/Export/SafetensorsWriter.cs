using System.Buffers.Binary;
using System.Text.Json;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Export;

/// <summary>
/// Writes a checkpoint's weights as safetensors (https://huggingface.co/docs/safetensors): the length of the header
/// (8 bytes, little-endian), the header in JSON, and the tensor elements without gaps. Architecture, labels, metrics,
/// preprocessing and temperature are stored in <c>__metadata__</c>, each as JSON text.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes the state dictionary under its own keys; the state of the training is left out.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        // Wide elements first, so that each tensor is aligned to its element size.
        var tensors = checkpoint.Weights.OrderByDescending(tensor => StoredTensor.SizeOf(tensor.Value.Type)).ToList();
        var header = Header(checkpoint, tensors);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in tensors)
        {
            stream.Write(tensor.Data);
        }
    }

    private static byte[] Header(Checkpoint checkpoint, IEnumerable<KeyValuePair<string, StoredTensor>> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach (var (key, text) in CheckpointMetadata.OfNetwork(checkpoint).Concat(CheckpointMetadata.OfPreprocessing(checkpoint)))
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            var start = 0L;
            foreach (var (name, tensor) in tensors)
            {
                WriteTensor(json, name, tensor, start);
                start += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        // The format allows spaces after the JSON.
        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, StoredTensor tensor, long start)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.Type switch
        {
            StoredType.Float16 => "F16",
            StoredType.Float32 => "F32",
            StoredType.Float64 => "F64",
            _ => "I64",
        });
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
