namespace Fer.Core.Tests;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_is_filled_at_once_and_a_failure_leaves_nothing_that_blocks_the_next_try(bool exists)
    {
        var folder = Path.Combine(_folder.Path, "out");
        if (exists)
        {
            Directory.CreateDirectory(folder);
        }

        Assert.Throws<FerException>(() => OutputFolder.Fill(folder, temporary =>
        {
            Write(temporary);
            throw new FerException("it failed");
        }));
        Assert.Equal(exists, Directory.Exists(folder));

        OutputFolder.Fill(folder, Write);
        Assert.Equal([Path.Combine(folder, "train")], Directory.EnumerateFileSystemEntries(folder));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder, "train")));
    }

    [Fact]
    public void What_a_killed_process_left_does_not_block()
    {
        var folder = Path.Combine(_folder.Path, "out");
        Write(Path.Combine(folder, ".unfinished"));

        OutputFolder.Fill(folder, Write);

        Assert.Equal([Path.Combine(folder, "train")], Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void A_folder_in_use_is_refused_and_unchanged()
    {
        Write(_folder.Path);

        Assert.Throws<FerException>(() => OutputFolder.Fill(_folder.Path, Write));

        Assert.Equal([_folder.Inside("train")], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static void Write(string folder) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "train")).FullName, "1.png"), "");
}
