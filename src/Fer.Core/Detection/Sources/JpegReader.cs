using System.Buffers;

namespace Fer.Core.Detection.Sources;

/// <summary>Takes one JPEG after the other out of a stream, whatever stands between them (MJPEG over HTTP, or bare).</summary>
/// <param name="fill">Fills a buffer with what has come, waiting for at least a byte; returns 0 at the end.</param>
internal sealed class JpegReader(Func<Memory<byte>, int> fill)
{
    // Larger images are no video, and a stream that is no MJPEG must not fill the memory.
    private const int LargestImage = 32 << 20;
    private const byte Marker = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0;

    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly ArrayBufferWriter<byte> _image = new();
    private int _start;
    private int _end;
    private bool _hasEnded;
    private long _taken;

    /// <summary>The next image's bytes, valid until the next call; null at the end or where the stream is no MJPEG.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        if (!FindStart())
        {
            return null;
        }

        BeginImage();
        var isScan = false;
        var limit = _taken + 2L * LargestImage;
        while (_image.WrittenCount < LargestImage && _taken < limit)
        {
            var marker = isScan ? EndOfScan() : Take() == Marker ? Take() : -1;
            if (marker < 0)
            {
                if (_hasEnded || !FindStart())
                {
                    return null;
                }

                marker = StartOfImage;
            }

            if (marker == StartOfImage)
            {
                // The image before was cut off.
                BeginImage();
                isScan = false;
                continue;
            }

            if (marker == Marker)
            {
                // Fill bytes may stand before a marker.
                Unread();
                continue;
            }

            _image.Write([Marker, (byte)marker]);
            if (marker == EndOfImage)
            {
                return _image.WrittenMemory;
            }

            // After a broken segment the search begins anew, at the next image.
            isScan = CopySegment() && marker == StartOfScan;
        }

        return null;
    }

    private void BeginImage()
    {
        _image.ResetWrittenCount();
        _image.Write([Marker, StartOfImage]);
    }

    private bool FindStart()
    {
        var previous = -1;
        for (var searched = 0; searched < LargestImage; searched++)
        {
            var value = Take();
            if (value < 0)
            {
                return false;
            }

            if (previous == Marker && value == StartOfImage)
            {
                return true;
            }

            previous = value;
        }

        return false;
    }

    /// <summary>Copies a segment, whose first two bytes are its length: an embedded thumbnail's end does not count.</summary>
    private bool CopySegment()
    {
        int high = Take(), low = Take();
        var length = (high << 8) + low - 2;
        if (high < 0 || low < 0 || length < 0)
        {
            return false;
        }

        _image.Write([(byte)high, (byte)low]);
        for (; length > 0; length--)
        {
            if (Take() is not (>= 0 and var value))
            {
                return false;
            }

            _image.Write([(byte)value]);
        }

        return true;
    }

    /// <summary>Copies compressed data up to the next marker that ends it; a stuffed zero and restarts belong to the data.</summary>
    private int EndOfScan()
    {
        while (_image.WrittenCount < LargestImage)
        {
            var value = Take();
            if (value != Marker)
            {
                if (value < 0)
                {
                    return -1;
                }

                _image.Write([(byte)value]);
                continue;
            }

            var marker = Take();
            if (marker is not (0 or (>= FirstRestart and < StartOfImage)))
            {
                return marker;
            }

            _image.Write([Marker, (byte)marker]);
        }

        return -1;
    }

    private int Take()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, fill(_buffer));
            if (_end == 0)
            {
                _hasEnded = true;
                return -1;
            }
        }

        _taken++;
        return _buffer[_start++];
    }

    /// <summary>Gives back the byte just taken.</summary>
    private void Unread() => _start--;
}
