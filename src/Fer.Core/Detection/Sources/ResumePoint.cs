namespace Fer.Core.Detection.Sources;

/// <summary>The file with which an interrupted run resumes.</summary>
/// <param name="File">Its place in the input, from 0.</param>
/// <param name="Source">Its name in the results that are there already.</param>
/// <param name="Output">The file of results, for error messages.</param>
public sealed record ResumePoint(long File, string Source, string Output)
{
    /// <summary>Makes sure, before anything is read or written, that the results come from this input and this part of it.</summary>
    /// <param name="shard">The part that the run processes.</param>
    /// <param name="paths">All files of the input; null for a list that is still arriving.</param>
    /// <exception cref="FerException">They come from another.</exception>
    internal void Require(Shard shard, IReadOnlyList<string>? paths)
    {
        if (File < 0 || !shard.Contains(File))
        {
            throw new FerException($"{Output} was written from another shard: its last file {File} ({Source}) is not part of {shard.Index}/{shard.Count}; name the same --shard, or start again with --force");
        }

        if (paths is null)
        {
            return;
        }

        CheckEnd(paths.Count - 1);
        Check(File, paths[(int)File]);
    }

    /// <summary>Makes sure that the input is the one that the results come from.</summary>
    /// <exception cref="FerException">Another file is in this place.</exception>
    internal void Check(long position, string path)
    {
        if (position == File && FrameSources.NameOf(path) is var name && name != Source)
        {
            throw new FerException($"{Output} was written from another input: its file {File} is {Source}, here it is {name}; name the same input, or start again with --force");
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
