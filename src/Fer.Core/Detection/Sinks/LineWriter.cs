using System.Text;
using Fer.Core.Native;

namespace Fer.Core.Detection.Sinks;

/// <summary>Writes lines of text, unbuffered, to standard output or to a file that is created with the first line.</summary>
public sealed class LineWriter : IDisposable
{
    private readonly string? _path;
    private Stream? _stream;
    private long _kept;

    private LineWriter(string? path, Stream? stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>Creates a writer to a file, or to standard output for <c>-</c>.</summary>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="option">The option that named it, for error messages.</param>
    /// <exception cref="FerException">The file cannot be created there.</exception>
    public static LineWriter To(string path, string option)
    {
        if (path == "-")
        {
            return new LineWriter(null, null);
        }

        OutputPath.CheckPlace(path, option);
        return new LineWriter(path, null);
    }

    /// <summary>Creates a writer that keeps the beginning of an existing file and continues behind it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for error messages.</param>
    /// <param name="length">How many bytes are kept; the rest is overwritten.</param>
    /// <exception cref="FerException">The file cannot be written there.</exception>
    public static LineWriter Continue(string path, string option, long length)
    {
        OutputPath.CheckPlace(path, option);
        return new LineWriter(path, null) { _kept = length };
    }

    /// <summary>Whether lines of an earlier run come before those that are written.</summary>
    public bool HasLines => _kept > 0;

    /// <summary>Creates a writer to a stream.</summary>
    public static LineWriter To(Stream stream) => new(null, stream);

    /// <summary>Writes one or more lines.</summary>
    /// <param name="text">UTF-8, including the line endings.</param>
    /// <returns>False if standard output was closed by its reader.</returns>
    public bool Write(ReadOnlySpan<byte> text)
    {
        if (_path is null && _stream is null)
        {
            return StandardOutput.Write(text);
        }

        // No buffer: after a failed write, flushing it at the end would fail again.
        _stream ??= Open(_path!);
        if (_stream.CanSeek && _stream.Length < _stream.Position)
        {
            // Truncated meanwhile, as log rotation does: without this, zeros would fill the beginning.
            _stream.Seek(0, SeekOrigin.End);
        }

        _stream.Write(text);
        return true;
    }

    /// <summary>Writes one or more lines.</summary>
    public bool Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes an empty file if no line was written.</summary>
    public void Complete()
    {
        if (_path is not null && _stream is null)
        {
            _stream = Open(_path);
            _stream.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();

    private FileStream Open(string path)
    {
        var stream = new FileStream(path, _kept > 0 ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (_kept > 0)
        {
            stream.SetLength(_kept);
            stream.Position = _kept;
        }

        return stream;
    }
}
