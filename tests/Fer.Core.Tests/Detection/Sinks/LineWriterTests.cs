using Fer.Core.Detection.Sinks;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class LineWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_truncated_meanwhile_goes_on_from_its_new_end()
    {
        var path = _folder.Inside("live.jsonl");
        using var lines = LineWriter.To(path, "--json");
        lines.Write("one\n");
        using (var rotation = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            rotation.SetLength(0);
        }

        lines.Write("two\n");
        lines.Write("three\n");

        Assert.Equal("two\nthree\n", ReadShared(path));
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
