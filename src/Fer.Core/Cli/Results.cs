namespace Fer.Core.Cli;

/// <summary>Results on stdout: a table for people, JSON for scripts.</summary>
public static class Results
{
    /// <summary>Writes a report.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="table">For people; written to stdout unless the JSON is.</param>
    /// <param name="json">For scripts.</param>
    /// <param name="path">Where the JSON goes: a file, <c>-</c> or <c>/dev/stdout</c> for stdout, or null for nowhere.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public static void Write(TextWriter output, string table, string json, string? path)
    {
        // By either name: two writers of one file would overwrite each other.
        if (path is not null && OutputPath.IsStandardOutput(path))
        {
            output.WriteLine(json);
            return;
        }

        // The file first: stdout may be a closed terminal.
        if (path is not null)
        {
            AtomicFile.Replace(path, unfinished => File.WriteAllText(unfinished, json));
        }

        output.Write(table);
    }
}
