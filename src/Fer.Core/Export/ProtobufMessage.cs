using System.Text;

namespace Fer.Core.Export;

/// <summary>
/// A message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding). Contents are
/// referred to, not copied, so that weights are in memory once however deep they nest.
/// </summary>
internal sealed class ProtobufMessage
{
    private const int VarintField = 0, BytesField = 2, Fixed32Field = 5;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private long _length;

    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public long Length => _length;

    public ProtobufMessage Add(int field, long value)
    {
        Append(Varint((ulong)field << 3 | VarintField));
        Append(Varint((ulong)value));
        return this;
    }

    public ProtobufMessage Add(int field, float value)
    {
        Append(Varint((ulong)field << 3 | Fixed32Field));
        Append(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        BeginBytes(field, value.Length);
        Append(value);
        return this;
    }

    public ProtobufMessage Add(int field, ProtobufMessage value)
    {
        BeginBytes(field, value._length);
        _parts.AddRange(value._parts);
        _length += value._length;
        return this;
    }

    public void WriteTo(Stream stream) => _parts.ForEach(part => stream.Write(part.Span));

    private void BeginBytes(int field, long length)
    {
        Append(Varint((ulong)field << 3 | BytesField));
        Append(Varint((ulong)length));
    }

    private void Append(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        _length += part.Length;
    }

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
