namespace Fer.Core.Detection.Sources;

/// <summary>The files of an input that a run processes: those of its shard, from the file on with which an interrupted run resumes.</summary>
internal sealed class ShardPaths : IDisposable
{
    private readonly string _name;
    private readonly SourceOptions _options;
    private readonly IEnumerator<string> _paths;
    private readonly int _count;

    /// <param name="name">What names the files, for error messages.</param>
    /// <param name="paths">All files; with a count, the progress is known.</param>
    /// <param name="options">The shard, and where to resume.</param>
    /// <exception cref="FerException">An interrupted run had another input or shard.</exception>
    public ShardPaths(string name, IEnumerable<string> paths, SourceOptions options)
    {
        var all = paths as IReadOnlyList<string>;
        options.Resume?.Require(options.Shard, all);
        (_name, _options, _count) = (name, options, all?.Count ?? 0);
        _paths = paths.GetEnumerator();
    }

    /// <summary>The current file.</summary>
    public string Current => _paths.Current;

    /// <summary>The place of the current file in the input, from 0.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>Advances to the next file.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FerException">An interrupted run had another input.</exception>
    public bool MoveNext()
    {
        do
        {
            if (!_paths.MoveNext())
            {
                return false;
            }

            Position++;
        }
        while (!_options.Shard.Contains(Position) || Position < _options.Resume?.File);
        _options.Resume?.Check(Position, Current);
        return true;
    }

    /// <summary>The part of the input that is done, 0..1; 0 if unknown.</summary>
    /// <param name="within">The part of the current file that is done, 0..1.</param>
    public double Progress(double within) => _count > 0 ? (Position + within) / _count : 0;

    /// <summary>Makes sure at the end that there was something to process.</summary>
    /// <param name="what">"files" or "images".</param>
    /// <param name="tried">How many were tried.</param>
    /// <param name="read">How many could be read.</param>
    /// <exception cref="FerException">There was nothing, or nothing that could be read.</exception>
    public void CheckEnd(string what, long tried, long read)
    {
        _options.Resume?.CheckEnd(Position);
        // A shard may be empty, but if it has files, at least one must be readable.
        if (read == 0 && _options.Resume is null && (tried > 0 || _options.Shard == Shard.Whole))
        {
            throw new FerException(tried == 0 ? $"{_name} contains no {what}" : $"none of the {tried} {what} in {_name} can be read");
        }
    }

    public void Dispose() => _paths.Dispose();
}
