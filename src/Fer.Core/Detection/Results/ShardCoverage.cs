namespace Fer.Core.Detection.Results;

/// <summary>Which files of the input the merged shards hold.</summary>
/// <param name="shards">The number of shards.</param>
/// <param name="parts">The number of outputs; where it is smaller, a shard without any file is missing.</param>
public sealed class ShardCoverage(int shards, int parts)
{
    internal const int MostShards = 100_000;

    // More file numbers would push the shards off the screen.
    private const int FilesNamed = 5;

    private readonly long[] _present = new long[shards];
    private readonly List<long> _missing = [];
    private long _next, _missingCount;

    /// <summary>Files that are there.</summary>
    public long Files { get; private set; }

    /// <summary>Says in one line which shards are missing or incomplete; null if nothing is, as far as the gaps tell.</summary>
    public string? Missing
    {
        get
        {
            var incomplete = Enumerable.Range(0, shards).Where(shard => _present[shard] < Expected(shard) || (_present[shard] == 0 && parts < shards)).ToList();
            if (incomplete.Count == 0)
            {
                return null;
            }

            var named = incomplete.Take(FilesNamed).Select(shard => $"shard {shard + 1}/{shards} is {(_present[shard] == 0 ? "missing" : "incomplete")}");
            var more = incomplete.Count > FilesNamed ? $" and {incomplete.Count - FilesNamed} more" : "";
            var files = _missingCount == 0 ? "" : $" (no line of {(_missingCount == 1 ? "file" : $"{_missingCount} files:")} {string.Join(", ", _missing)}{(_missingCount > FilesNamed ? ", ..." : "")})";
            return string.Join(", ", named) + more + files;
        }
    }

    /// <summary>Notes the next file.</summary>
    internal void Add(long file)
    {
        for (; _next < file; _next++)
        {
            _missingCount++;
            if (_missing.Count < FilesNamed)
            {
                _missing.Add(_next);
            }
        }

        _next = file + 1;
        Files++;
        _present[file % shards]++;
    }

    /// <summary>The files of a shard, from 0, up to the last file that is there.</summary>
    private long Expected(int shard) => _next / shards + (shard < _next % shards ? 1 : 0);
}
