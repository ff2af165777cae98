using Fer.Core.Detection.Sinks;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class CopyNamesTests : IDisposable
{
    private static readonly string[] Extensions = [".png"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Copies_keep_their_paths_below_the_folder_of_their_input()
    {
        var names = new CopyNames("out", ["/photos", "/more"], force: false);
        Assert.Equal("out/a/x.png", names.For("/photos/a/x.png", Extensions, ".png"));
        Assert.Equal("out/y.png", names.For("/more/y.png", Extensions, ".png"));
        Assert.Equal("out/else/z.webm.mp4", names.For("/else/z.webm", RecordingOptions.Extensions, ".mp4"));
    }

    [Fact]
    public void Two_inputs_of_one_name_have_two_copies()
    {
        var names = new CopyNames("out", ["/a", "/b"], force: false);
        Assert.Equal("out/x.png", names.For("/a/x.png", Extensions, ".png"));
        Assert.Equal("out/b/x.png", names.For("/b/x.png", Extensions, ".png"));
    }

    [Fact]
    public void A_copy_replaces_an_existing_file_only_on_request()
    {
        File.WriteAllText(_folder.Inside("out", "x.png"), "precious");
        Assert.Contains("--force", Assert.Throws<FerException>(() => Name(false)).Message, StringComparison.Ordinal);
        Assert.Equal(_folder.Inside("out", "x.png"), Name(true));

        string Name(bool force) => new CopyNames(_folder.Inside("out"), [_folder.Inside("in")], force).For(_folder.Inside("in", "x.png"), Extensions, ".png");
    }
}
