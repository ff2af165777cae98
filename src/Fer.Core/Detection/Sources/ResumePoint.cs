namespace Fer.Core.Detection.Sources;

/// <summary>The file with which an interrupted run resumes.</summary>
/// <param name="File">Its place in the input, from 0.</param>
/// <param name="Source">Its name in the results that are there already.</param>
/// <param name="Output">The file of results, for error messages.</param>
public sealed record ResumePoint(long File, string Source, string Output)
{
    /// <summary>Makes sure that the input is the one that the results come from.</summary>
    /// <exception cref="FerException">Another file is in this place.</exception>
    internal void Check(long position, string path)
    {
        if (position == File && path != Source)
        {
            throw new FerException($"{Output} was written from another input: its file {File} is {Source}, here it is {path}; name the same input, or start again with --force");
        }
    }

    /// <summary>Makes sure that the input reaches this file.</summary>
    /// <exception cref="FerException">It ended before.</exception>
    internal void CheckEnd(long position)
    {
        if (position < File)
        {
            throw new FerException($"{Output} was written from another input or shard: its last file {File} ({Source}) is missing here; name the same input and --shard, or start again with --force");
        }
    }
}
