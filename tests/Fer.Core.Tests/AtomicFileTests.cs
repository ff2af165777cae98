namespace Fer.Core.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_appears_under_its_name_only_when_it_is_complete()
    {
        var path = _folder.Inside("new", "file.txt");

        AtomicFile.Replace(path, temporary =>
        {
            File.WriteAllText(temporary, "complete");
            Assert.False(File.Exists(path));
        });

        Assert.Equal("complete", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void After_a_failure_the_earlier_file_is_unchanged_and_no_temporary_file_is_left()
    {
        var path = _folder.Inside("file.txt");
        File.WriteAllText(path, "earlier");

        Assert.Throws<FerException>(() => AtomicFile.Replace(path, temporary => Fail(temporary, new IOException("No space left on device"))));
        Assert.Throws<FerException>(() => AtomicFile.Replace(path, temporary => Fail(temporary, new FerException("the weights do not fit"))));
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Replace(path, temporary => Fail(temporary, new OperationCanceledException())));

        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_device_is_written_to_directly_and_is_not_replaced()
    {
        AtomicFile.Replace("/dev/null", device =>
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
