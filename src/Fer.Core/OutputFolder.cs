namespace Fer.Core;

/// <summary>Folders that appear complete or not at all.</summary>
public static class OutputFolder
{
    // Inside the folder, because a folder that is a mount point has no neighbor on its file system.
    internal const string Unfinished = ".unfinished";

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder, whose contents then move into <paramref name="folder"/>. If
    /// it fails, nothing remains that would block the repeated command.
    /// </summary>
    /// <exception cref="FerException">The folder is not empty, or cannot be written.</exception>
    public static T Fill<T>(string folder, Func<string, T> write)
    {
        var temporary = Path.Combine(folder, Unfinished);
        try
        {
            // What a killed process left behind.
            Discard(temporary);
            OutputPath.RequireNewFolder(folder);
            var isNew = !Directory.Exists(folder);
            try
            {
                Directory.CreateDirectory(temporary);
                var result = write(temporary);
                foreach (var entry in new DirectoryInfo(temporary).GetFileSystemInfos())
                {
                    var place = Path.Combine(folder, entry.Name);
                    (entry is DirectoryInfo inner ? (Action<string>)inner.MoveTo : ((FileInfo)entry).MoveTo)(place);
                }

                return result;
            }
            catch when (isNew)
            {
                Discard(folder);
                throw;
            }
            finally
            {
                Discard(temporary);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FerException($"{folder} cannot be written: {failure.Message.TrimEnd('.')}; check its permissions and the free space", failure);
        }
    }

    /// <inheritdoc cref="Fill{T}"/>
    public static void Fill(string folder, Action<string> write) => Fill(folder, temporary =>
    {
        write(temporary);
        return true;
    });

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
