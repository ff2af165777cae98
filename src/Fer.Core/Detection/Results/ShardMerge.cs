namespace Fer.Core.Detection.Results;

/// <summary>Joins the outputs of shards in the order of the input, line by line, in constant memory.</summary>
public static class ShardMerge
{
    /// <summary>Joins JSON Lines or CSV files of the same kind.</summary>
    /// <param name="parts">The outputs of the shards, in any order.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="shards">How many shards there should be; null to infer it from the gaps.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>What is there and what is missing.</returns>
    /// <exception cref="FerException">The parts are of different kinds, hold the same file twice, or one ends within a line.</exception>
    public static ShardCoverage Run(IReadOnlyList<string> parts, Stream output, int? shards, CancellationToken cancellation = default)
    {
        var readers = new List<ResultReader>();
        try
        {
            foreach (var part in parts)
            {
                readers.Add(new ResultReader(part));
            }

            WriteHeader(readers, output);
            // A part without lines belongs to a shard without files.
            var open = readers.Where(reader => Advance(reader, null)).ToList();
            var coverage = new ShardCoverage(shards ?? Stride(parts), parts.Count);
            while (open.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var first = open.MinBy(reader => reader.FileIndex)!;
                var file = first.FileIndex;
                if (open.Find(other => other != first && other.FileIndex == file) is { } twin)
                {
                    throw new FerException($"{first.Path} and {twin.Path} both have file {file} ({first.Source}); name each shard once");
                }

                coverage.Add(file);
                var hasNext = true;
                while (hasNext && first.FileIndex == file)
                {
                    output.Write(first.Line);
                    hasNext = Advance(first, file);
                }

                if (!hasNext)
                {
                    open.Remove(first);
                }
            }

            return coverage;
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private static void WriteHeader(List<ResultReader> readers, Stream output)
    {
        var filled = readers.Where(reader => reader.Header is not null || new FileInfo(reader.Path).Length > 0).ToList();
        if (filled.Find(reader => !Same(reader.Header, filled[0].Header)) is { } other)
        {
            throw new FerException($"{filled[0].Path} and {other.Path} have different columns; merge outputs of one kind and one model");
        }

        if (filled is [{ Header: { } header }, ..])
        {
            output.Write(header);
        }

        static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
    }

    private static bool Advance(ResultReader reader, long? file)
    {
        if (!reader.Read())
        {
            return reader.IsTorn ? throw new FerException($"{reader.Path} ends within a line: its run was interrupted; finish it with fer-detect --resume") : false;
        }

        return !(reader.FileIndex < file) ? true : throw new FerException($"{reader.Path} is not in the order of the input (file {reader.FileIndex} after {file}); merge outputs as fer-detect writes them");
    }

    /// <summary>Shard I of N has every N-th file: N divides all steps within a part.</summary>
    private static int Stride(IReadOnlyList<string> parts)
    {
        long stride = 0;
        foreach (var part in parts)
        {
            using var lines = new ResultReader(part);
            long? previous = null;
            while (lines.Read())
            {
                stride = Divisor(stride, lines.FileIndex - (previous ?? lines.FileIndex));
                previous = lines.FileIndex;
            }
        }

        return stride == 0 ? parts.Count : (int)Math.Min(stride, ShardCoverage.MostShards);
    }

    private static long Divisor(long one, long other) => other == 0 ? Math.Abs(one) : Divisor(other, one % other);
}
