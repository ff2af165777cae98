
namespace Fer.Core.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_takes_its_place_when_it_is_whole()
    {
        var path = _folder.Inside("new", "file.txt");

        OutputFile.Replace(path, temporary =>
        {
            File.WriteAllText(temporary, "whole");
            Assert.False(File.Exists(path));
        });

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Whatever_goes_wrong_the_older_file_stays_and_nothing_beside_it()
    {
        var path = _folder.Inside("file.txt");
        File.WriteAllText(path, "older");

        Assert.Throws<FerException>(() => OutputFile.Replace(path, temporary => Fail(temporary, new IOException("No space left on device"))));
        Assert.Throws<FerException>(() => OutputFile.Replace(path, temporary => Fail(temporary, new FerException("the weights do not fit"))));
        Assert.Throws<OperationCanceledException>(() => OutputFile.Replace(path, temporary => Fail(temporary, new OperationCanceledException())));

        Assert.Equal("older", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_file_is_the_same_through_linked_folders_too()
    {
        var folder = Directory.CreateDirectory(_folder.Inside("photos")).FullName;
        File.WriteAllText(Path.Combine(folder, "a.jpg"), "");
        Directory.CreateSymbolicLink(_folder.Inside("annotated"), "photos");
        File.CreateSymbolicLink(_folder.Inside("one"), "two");
        File.CreateSymbolicLink(_folder.Inside("two"), "one");

        Assert.True(OutputFile.IsSame(Path.Combine(folder, "a.jpg"), _folder.Inside("annotated", "a.jpg")));
        Assert.True(OutputFile.IsSame(Path.Combine(folder, "new.jpg"), _folder.Inside("annotated", "new.jpg")));
        Assert.False(OutputFile.IsSame(Path.Combine(folder, "a.jpg"), _folder.Inside("annotated", "b.jpg")));
        Assert.False(OutputFile.IsSame(_folder.Inside("one"), Path.Combine(folder, "a.jpg")));
    }

    [Fact]
    public void A_device_is_written_to_and_stays_what_it_is()
    {
        OutputFile.Replace("/dev/null", device =>
        {
            Assert.Equal("/dev/null", device);
            File.WriteAllText(device, "nothing");
        });

        Assert.Equal("", File.ReadAllText("/dev/null"));
        Assert.False(File.Exists("/dev/.null.unfinished"));
    }

    private static void Fail(string temporary, Exception failure)
    {
        File.WriteAllText(temporary, "half");
        throw failure;
    }
}
