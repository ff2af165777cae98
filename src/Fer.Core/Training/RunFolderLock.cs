using System.Globalization;

namespace Fer.Core.Training;

/// <summary>
/// Holds a run folder for one training run. The operating system releases the lock when the process ends, however it ends,
/// so that files left by a killed process lock nothing.
/// </summary>
public sealed class RunFolderLock : IDisposable
{
    // .NET cannot read a file that is locked: who holds it is said in a second one.
    private const string LockName = ".lock", OwnerName = ".lock-owner";

    // How .NET reports a locked file: EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] SharingViolations = [11, 35, unchecked((int)0x80070020)];

    private readonly bool _createdFolder;
    private FileStream? _stream;

    private RunFolderLock(string folder, bool createdFolder, FileStream stream)
    {
        Folder = folder;
        (_createdFolder, _stream) = (createdFolder, stream);
    }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>Locks a run folder, which is created if need be.</summary>
    /// <exception cref="FerException">Another training run holds it, or it cannot be written to.</exception>
    public static RunFolderLock Acquire(string folder)
    {
        var createsFolder = !Directory.Exists(folder);
        try
        {
            while (true)
            {
                Directory.CreateDirectory(folder);
                var stream = Open(folder, FileMode.OpenOrCreate);
                // Between opening and locking, the previous holder may have deleted the file that is locked now.
                if (IsIn(folder, stream))
                {
                    File.WriteAllText(Path.Combine(folder, OwnerName), Owner());
                    return new RunFolderLock(folder, createsFolder, stream);
                }

                stream.Dispose();
            }
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new FerException($"the run folder {folder} cannot be written to: {failure.Message.TrimEnd('.')}", failure);
        }
    }

    /// <summary>Fails before any work is done where <see cref="Acquire"/> would fail because another training run holds the folder.</summary>
    /// <exception cref="FerException">Another training run holds it.</exception>
    public static void RequireFree(string folder)
    {
        if (!File.Exists(Path.Combine(folder, LockName)))
        {
            return;
        }

        try
        {
            Open(folder, FileMode.Open).Dispose();
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // Deleted just now, or not writable: Acquire reports it.
        }
    }

    /// <summary>Makes sure that the folder is still the one that was locked.</summary>
    /// <exception cref="FerException">It was deleted, moved or replaced.</exception>
    public void RequireHeld()
    {
        if (_stream is null || !IsIn(Folder, _stream))
        {
            throw new FerException($"the run folder {Folder} was deleted, moved or replaced during the training: nothing more is written to it; start the training again");
        }
    }

    /// <summary>Releases the folder. A folder that was created for the lock and is still empty is removed.</summary>
    public void Dispose()
    {
        if (_stream is null)
        {
            return;
        }

        try
        {
            // By now, a folder of this name may be another training run's.
            if (IsIn(Folder, _stream))
            {
                File.Delete(Path.Combine(Folder, OwnerName));
                File.Delete(Path.Combine(Folder, LockName));
                if (_createdFolder && !Directory.EnumerateFileSystemEntries(Folder).Any())
                {
                    Directory.Delete(Folder);
                }
            }
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // Files that are left behind lock nothing.
        }

        _stream.Dispose();
        _stream = null;
    }

    private static FileStream Open(string folder, FileMode mode)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (SharingViolations.Contains(failure.HResult))
        {
            throw new FerException($"{folder} is in use by another training run ({OwnerOf(folder)}): wait until it ends, stop it, or choose another --out", failure);
        }
    }

    /// <summary>Whether the folder's lock file is the open one: a file of the same name that was created later has another time.</summary>
    private static bool IsIn(string folder, FileStream stream)
    {
        var path = Path.Combine(folder, LockName);
        return File.Exists(path) && File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(stream.SafeFileHandle);
    }

    private static string Owner() => string.Create(
        CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");

    private static string OwnerOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, OwnerName));
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            return "unknown process";
        }
    }
}
