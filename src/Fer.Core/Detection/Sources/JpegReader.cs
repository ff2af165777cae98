using System.Buffers;

namespace Fer.Core.Detection.Sources;

/// <summary>Splits a stream into JPEG images, whatever is between them (MJPEG over HTTP, or plain concatenated JPEGs).</summary>
/// <param name="fill">Fills a buffer with the bytes that have arrived, waiting for at least one; returns 0 at the end.</param>
internal sealed class JpegReader(Func<Memory<byte>, int> fill)
{
    // No video has larger frames, and a stream that is not MJPEG must not fill the memory.
    private const int MaxImageSize = 32 << 20;
    private const byte Marker = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0;

    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly ArrayBufferWriter<byte> _image = new();
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private long _bytesRead;

    /// <summary>The bytes of the next image, valid until the next call; null at the end, or if the stream is not MJPEG.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        if (!FindStart())
        {
            return null;
        }

        StartImage();
        var isInScan = false;
        var limit = _bytesRead + 2L * MaxImageSize;
        while (_image.WrittenCount < MaxImageSize && _bytesRead < limit)
        {
            var marker = isInScan ? CopyScan() : ReadMarker();
            if (marker < 0)
            {
                if (_isAtEnd || !FindStart())
                {
                    return null;
                }

                marker = StartOfImage;
            }

            if (marker == StartOfImage)
            {
                // The previous image was truncated.
                StartImage();
                isInScan = false;
                continue;
            }

            if (marker == Marker)
            {
                // Fill bytes may precede a marker.
                Unread();
                continue;
            }

            _image.Write([Marker, (byte)marker]);
            if (marker == EndOfImage)
            {
                return _image.WrittenMemory;
            }

            // After a damaged segment the search resumes at the next image.
            isInScan = CopySegment() && marker == StartOfScan;
        }

        return null;
    }

    private void StartImage()
    {
        _image.ResetWrittenCount();
        _image.Write([Marker, StartOfImage]);
    }

    private bool FindStart()
    {
        var previous = -1;
        for (var searched = 0; searched < MaxImageSize; searched++)
        {
            var value = ReadByte();
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

    /// <summary>Copies a segment, whose first two bytes are its length, so that the end of an embedded thumbnail is not mistaken for the image's.</summary>
    private bool CopySegment()
    {
        int high = ReadByte(), low = ReadByte();
        var length = (high << 8) + low - 2;
        if (high < 0 || low < 0 || length < 0)
        {
            return false;
        }

        _image.Write([(byte)high, (byte)low]);
        for (; length > 0; length--)
        {
            if (ReadByte() is not (>= 0 and var value))
            {
                return false;
            }

            _image.Write([(byte)value]);
        }

        return true;
    }

    /// <summary>Copies compressed data up to the marker that ends it; stuffed zeros and restart markers are part of the data.</summary>
    /// <returns>The marker, or -1 at the end.</returns>
    private int CopyScan()
    {
        while (_image.WrittenCount < MaxImageSize)
        {
            var value = ReadByte();
            if (value != Marker)
            {
                if (value < 0)
                {
                    return -1;
                }

                _image.Write([(byte)value]);
                continue;
            }

            var marker = ReadByte();
            if (marker is not (0 or (>= FirstRestart and < StartOfImage)))
            {
                return marker;
            }

            _image.Write([Marker, (byte)marker]);
        }

        return -1;
    }

    /// <summary>The marker at the current position, or -1 if there is none.</summary>
    private int ReadMarker() => ReadByte() == Marker ? ReadByte() : -1;

    private int ReadByte()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, fill(_buffer));
            if (_end == 0)
            {
                _isAtEnd = true;
                return -1;
            }
        }

        _bytesRead++;
        return _buffer[_start++];
    }

    /// <summary>Puts back the byte that was read last.</summary>
    private void Unread() => _start--;
}
