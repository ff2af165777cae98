using System.Globalization;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class RunFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_that_is_held_is_refused_with_the_name_of_its_holder()
    {
        using var held = RunFolderLock.Acquire(_folder.Path);

        var failure = Assert.Throws<FerException>(() => RunFolderLock.Acquire(_folder.Path));

        Assert.Contains($"{_folder.Path} is in use by another training run (process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} on {Environment.MachineName}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use", Assert.Throws<FerException>(() => RunFolderLock.RequireFree(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_released_folder_can_be_held_again_and_nothing_is_left_in_it()
    {
        RunFolderLock.Acquire(_folder.Path).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        RunFolderLock.RequireFree(_folder.Path);
        RunFolderLock.Acquire(_folder.Path).Dispose();
    }

    [Fact]
    public void Files_that_a_killed_process_left_do_not_block()
    {
        File.WriteAllText(_folder.Inside(".lock"), "");
        File.WriteAllText(_folder.Inside(".lock-owner"), "process 1 on another machine");

        RunFolderLock.RequireFree(_folder.Path);
        using (var held = RunFolderLock.Acquire(_folder.Path))
        {
            held.RequireHeld();
            Assert.Contains(Environment.MachineName, File.ReadAllText(_folder.Inside(".lock-owner")), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_was_created_for_the_lock_goes_with_it_while_it_is_empty()
    {
        var (empty, used) = (Path.Combine(_folder.Path, "empty"), Path.Combine(_folder.Path, "used"));
        RunFolderLock.Acquire(empty).Dispose();
        using (RunFolderLock.Acquire(used))
        {
            File.WriteAllText(Path.Combine(used, "options.json"), "{}");
        }

        Assert.False(Directory.Exists(empty));
        Assert.Equal(["options.json"], Directory.GetFileSystemEntries(used).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_folder_that_was_replaced_is_noticed_and_its_new_holder_left_alone()
    {
        var run = Path.Combine(_folder.Path, "run");
        using var first = RunFolderLock.Acquire(run);
        Directory.Delete(run, recursive: true);
        Assert.Contains("was deleted", Assert.Throws<FerException>(first.RequireHeld).Message, StringComparison.Ordinal);
        // File systems tell times apart by a few milliseconds.
        Thread.Sleep(50);

        using var second = RunFolderLock.Acquire(run);
        Assert.Throws<FerException>(first.RequireHeld);
        first.Dispose();

        second.RequireHeld();
        Assert.Throws<FerException>(() => RunFolderLock.Acquire(run));
    }

    [Fact]
    public void A_path_that_is_a_file_is_one_clear_line()
    {
        File.WriteAllText(_folder.Inside("file"), "");

        Assert.Contains("cannot be written to", Assert.Throws<FerException>(() => RunFolderLock.Acquire(_folder.Inside("file"))).Message, StringComparison.Ordinal);
    }
}
