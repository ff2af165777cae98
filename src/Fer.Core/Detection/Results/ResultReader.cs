using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fer.Core.Detection.Results;

/// <summary>Reads the lines of a JSON Lines or CSV file of fer-detect one by one, with the file of the input that each belongs to.</summary>
internal sealed class ResultReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly MemoryStream _line = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly int _fileColumn, _sourceColumn;
    private int _next, _count;
    private long _number;

    /// <summary>Opens a file; the header of CSV is read.</summary>
    /// <exception cref="FerException">It cannot be read, or is not an output of fer-detect.</exception>
    public ResultReader(string path)
    {
        Path = path;
        _stream = InputFile.Read(path, File.OpenRead);
        if (!ReadLine())
        {
            Next = 0;
            return;
        }

        if (_line.GetBuffer()[0] == '{')
        {
            Restart();
            return;
        }

        Header = _line.ToArray();
        Columns = Csv.Fields(Record(Header));
        (_fileColumn, _sourceColumn) = (Array.IndexOf(Columns, "file"), Array.IndexOf(Columns, "source"));
        Next = Header.Length;
        if (_fileColumn < 0 || _sourceColumn < 0)
        {
            Dispose();
            throw NotResults();
        }
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The first line of CSV; null for JSON Lines and for an empty file.</summary>
    public byte[]? Header { get; private set; }

    /// <summary>The columns of CSV; none for JSON Lines and for an empty file.</summary>
    public string[] Columns { get; } = [];

    /// <summary>The current line with its end, UTF-8.</summary>
    public ReadOnlySpan<byte> Line => _line.GetBuffer().AsSpan(0, (int)_line.Length);

    /// <summary>The place of the current line's file in the input.</summary>
    public long FileIndex { get; private set; }

    /// <summary>The name of the current line's file.</summary>
    public string Source { get; private set; } = "";

    /// <summary>Where the current line begins, in bytes.</summary>
    public long Start { get; private set; }

    /// <summary>Where the next line begins, in bytes.</summary>
    public long Next { get; private set; }

    /// <summary>Whether the file ends within a line, as after an interruption.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Reads the next complete line.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FerException">It is not a line of results from files.</exception>
    public bool Read()
    {
        Start = Next;
        if (!ReadLine())
        {
            return false;
        }

        Next = Start + _line.Length;
        (FileIndex, Source) = (Header is null ? ParseJson() : ParseCsv()) ?? throw NotResults();
        return true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _line.Dispose();
    }

    private FerException NotResults() =>
        new($"{Path}, line {_number}: not a line with a file index; outputs of cameras and of release 0.1 have none");

    private void Restart()
    {
        _stream.Position = 0;
        (_next, _count, _number) = (0, 0, 0);
        Next = 0;
    }

    /// <summary>A line break within quotes belongs to a field of CSV; in JSON it is escaped.</summary>
    private bool ReadLine()
    {
        _line.SetLength(0);
        var isQuoted = false;
        while (true)
        {
            if (_next == _count)
            {
                (_next, _count) = (0, _stream.Read(_buffer));
                if (_count == 0)
                {
                    IsTorn = _line.Length > 0;
                    return false;
                }
            }

            var value = _buffer[_next++];
            _line.WriteByte(value);
            isQuoted ^= value == '"' && _line.GetBuffer()[0] != '{';
            if (value == '\n' && !isQuoted)
            {
                _number++;
                return true;
            }
        }
    }

    private (long File, string Source)? ParseJson()
    {
        long? file = null;
        string? source = null;
        try
        {
            var json = new Utf8JsonReader(Line);
            while (json.Read() && (file is null || source is null))
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
                {
                    var isFile = json.ValueTextEquals("file"u8);
                    var isSource = json.ValueTextEquals("source"u8);
                    json.Read();
                    file = isFile ? json.GetInt64() : file;
                    source = isSource ? json.GetString() : source;
                    json.Skip();
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }

        return file is { } index && source is not null ? (index, source) : null;
    }

    private static string Record(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line.TrimEnd((byte)'\n'));

    private (long File, string Source)? ParseCsv()
    {
        var fields = Csv.Fields(Record(Line));
        return fields.Length > Math.Max(_fileColumn, _sourceColumn) && long.TryParse(fields[_fileColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var file)
            ? (file, fields[_sourceColumn])
            : null;
    }
}
