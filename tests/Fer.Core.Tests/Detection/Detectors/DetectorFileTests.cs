using Fer.Core.Detection.Detectors;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class DetectorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.Inside("detector");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_installed_cascade_is_accepted() => DetectorFile.RequireCascade(HaarCascade.Locate());

    [Theory]
    [InlineData("")]
    [InlineData("not a cascade")]
    [InlineData("<?xml version=\"1.0\"?><html/>")]
    [InlineData("<opencv_storage><matrix/></opencv_storage>")]
    public void A_file_that_is_not_a_cascade_is_refused_before_OpenCV_reads_it(string content)
    {
        File.WriteAllText(Path, content);
        AssertRefused(() => DetectorFile.RequireCascade(Path), "is not a cascade");
    }

    [Theory]
    [InlineData("")]
    [InlineData("version https://git-lfs.github.com/spec/v1")]
    public void A_file_that_is_not_a_network_is_refused_before_OpenCV_reads_it(string content)
    {
        File.WriteAllText(Path, content);
        AssertRefused(() => DetectorFile.ReadNetwork(Path), "is not a YuNet model");
        AssertRefused(() => DetectorFile.ReadNetwork(Path), "fer-detect get-detector");
    }

    [Fact]
    public void A_file_far_larger_than_any_detector_is_refused()
    {
        using (var file = File.Create(Path))
        {
            // Sparse: it takes no space.
            file.SetLength(1L << 30);
        }

        AssertRefused(() => DetectorFile.RequireCascade(Path), "is 1024 MB");
        AssertRefused(() => DetectorFile.ReadNetwork(Path), "is 1024 MB");
    }

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_its_writer()
    {
        SpecialFiles.Pipe(Path);
        AssertRefused(() => DetectorFile.RequireCascade(Path), "a named pipe");
        AssertRefused(() => DetectorFile.ReadNetwork(Path), "a named pipe");
    }

    private void AssertRefused(Action read, string reason)
    {
        var failure = Assert.Throws<FerException>(read);
        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
