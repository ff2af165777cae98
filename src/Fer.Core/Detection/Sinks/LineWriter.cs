using System.Text;
using Microsoft.Win32.SafeHandles;

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
            // Not Console.Out, which goes on in silence when whoever reads a pipe has gone.
            return new LineWriter(null, new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0));
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
        _stream ??= new FileStream(_path!, FileMode.Create, FileAccess.Write, FileShare.Read);
        try
        {
            _stream.Write(text);
            _stream.Flush();
            return true;
        }
        catch (IOException) when (_path is null)
        {
            return false;
        }
    }

    /// <summary>Writes one line, or several.</summary>
    public bool Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();
}
