using System.Text;
using Fer.Core.Native;

namespace Fer.Core.Detection.Sinks;

/// <summary>Lines of text to a file, made with the first line, or to standard output; each is out at once.</summary>
public sealed class LineWriter : IDisposable
{
    private readonly string? _path;
    private Stream? _stream;

    private LineWriter(string? path, Stream? stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>A writer to a file, or to standard output for <c>-</c>.</summary>
    /// <param name="path">The file, or <c>-</c>.</param>
    /// <param name="option">The option that names it, for messages.</param>
    /// <exception cref="FerException">No file can be put there.</exception>
    public static LineWriter To(string path, string option)
    {
        if (path == "-")
        {
            return new LineWriter(null, null);
        }

        OutputFile.CheckPlace(path, option);
        return new LineWriter(path, null);
    }

    /// <summary>A writer to a stream of one's own.</summary>
    public static LineWriter To(Stream stream) => new(null, stream);

    /// <summary>Writes one line, or several.</summary>
    /// <param name="text">UTF-8, with its line ends.</param>
    /// <returns>False where nobody reads standard output any more.</returns>
    public bool Write(ReadOnlySpan<byte> text)
    {
        if (_path is null && _stream is null)
        {
            return StandardOutput.Write(text);
        }

        // Without a buffer, which after a failure would fail once more when it is emptied at the end.
        _stream ??= new FileStream(_path!, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _stream.Write(text);
        return true;
    }

    /// <summary>Writes one line, or several.</summary>
    public bool Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Makes the file empty where nothing was written to it.</summary>
    public void Complete()
    {
        if (_path is not null && _stream is null)
        {
            File.WriteAllBytes(_path, []);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();
}
