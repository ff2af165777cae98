using System.Buffers.Binary;
using System.Text;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>Reads the bytes of a pickle in order; every length is checked against the remaining bytes.</summary>
internal sealed class PickleBytes(byte[] data)
{
    private const int NameLimit = 200;

    private int _position;

    /// <summary>The error for bytes that are not a valid pickle.</summary>
    public static InvalidDataException Damaged() => new("the pickle is damaged");

    public byte UInt8() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Big-endian, unlike all other numbers of a pickle.</summary>
    public double Float64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>UTF-8 with a length prefix.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(UInt32()));

    /// <summary>A little-endian two's complement integer with a length prefix.</summary>
    public long VariableInt64()
    {
        var bytes = Take(UInt8());
        if (bytes.Length > 8)
        {
            throw new InvalidDataException("an integer has more than 64 bits");
        }

        var value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    /// <summary>ASCII text up to the end of the line.</summary>
    public string Line()
    {
        var length = data.AsSpan(_position).IndexOf((byte)'\n');
        if (length is < 0 or > NameLimit)
        {
            throw Damaged();
        }

        var line = Encoding.ASCII.GetString(Take((uint)length));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > data.Length - _position)
        {
            throw new InvalidDataException("the pickle is truncated");
        }

        _position += (int)count;
        return data.AsSpan(_position - (int)count, (int)count);
    }
}
