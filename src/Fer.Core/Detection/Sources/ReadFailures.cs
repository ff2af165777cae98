namespace Fer.Core.Detection.Sources;

/// <summary>Counts the files that cannot be read. The one that ends the run is not called skipped, and nothing is read after it.</summary>
internal sealed class ReadFailures(SourceOptions options)
{
    private int _count;

    /// <summary>Whether more files failed than may.</summary>
    public bool EndsRun => _count > options.MaxFailures;

    /// <summary>Warns of a file, unless it ends the run, which then says so itself.</summary>
    /// <param name="failure">One line that says why it cannot be read.</param>
    public void Add(string failure)
    {
        _count++;
        if (!EndsRun)
        {
            options.Warn($"{failure}; skipped");
        }
    }
}
