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

    [Theory]
    [InlineData("x/a.png y/a.png")]
    [InlineData("x/a.jfif x/a.jfif.png")]
    [InlineData("x/a.jfif.png y/a.jfif")]
    [InlineData("x/a y/a.png")]
    [InlineData("y/x/a.png x/a.png", "y/x", "y", "x")]
    public void Two_files_have_two_copies_whichever_of_them_a_run_sees_first(string files, params string[] roots)
    {
        string[] paths = [.. files.Split(' ').Select(file => _folder.Inside(file))];
        Array.ForEach(paths, path => File.WriteAllText(path, ""));
        string[] folders = [.. (roots.Length > 0 ? roots : ["x", "y"]).Select(root => _folder.Inside(root))];

        string[] inOneRun = Names(paths), backwards = Names([.. paths.Reverse()]), resumed = Names(paths[1..]);

        Assert.Equal(2, inOneRun.Distinct().Count());
        Assert.Equal(inOneRun, backwards.Reverse());
        Assert.Equal(inOneRun[1..], resumed);

        string[] Names(string[] seen)
        {
            var names = new CopyNames("out", folders, force: false);
            return [.. seen.Select(path => names.For(path, Extensions, ".png"))];
        }
    }

    [Fact]
    public void A_file_keeps_its_short_name_if_only_a_later_folder_has_another()
    {
        File.WriteAllText(_folder.Inside("x", "a.png"), "");
        File.WriteAllText(_folder.Inside("y", "a.png"), "");
        var names = new CopyNames("out", [_folder.Inside("x"), _folder.Inside("y")], force: false);
        Assert.Equal("out/a.png", names.For(_folder.Inside("x", "a.png"), Extensions, ".png"));
        Assert.Equal($"out{_folder.Inside("y", "a.png")}", names.For(_folder.Inside("y", "a.png"), Extensions, ".png"));
    }

    [Fact]
    public void A_copy_never_replaces_that_of_another_file()
    {
        // The full path below the folder is also a relative path: nothing tells the two apart.
        File.WriteAllText(_folder.Inside("x", "a.png"), "");
        File.WriteAllText(_folder.Inside("y", "a.png"), "");
        var below = _folder.Inside("x", _folder.Inside("y", "a.png").TrimStart('/'));
        File.WriteAllText(below, "");
        var names = new CopyNames("out", [_folder.Inside("x"), _folder.Inside("y")], force: true);
        names.For(below, Extensions, ".png");
        Assert.Contains("two runs", Assert.Throws<FerException>(() => names.For(_folder.Inside("y", "a.png"), Extensions, ".png")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("photos")]
    [InlineData("photos/*.png")]
    [InlineData("photos/a.png")]
    [InlineData("link")]
    public void No_copy_replaces_an_input_whatever_the_user_forces(string input)
    {
        File.WriteAllBytes(_folder.Inside("photos", "a.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Directory.CreateSymbolicLink(_folder.Inside("link"), _folder.Inside("photos"));
        var names = new CopyNames(_folder.Inside("photos"), [_folder.Inside("clips")], force: true) { Inputs = [_folder.Inside("clips"), Path.Combine(_folder.Path, input)] };
        var failure = Assert.Throws<FerException>(() => names.For(_folder.Inside("clips", "a.png"), Extensions, ".png"));
        Assert.Contains("is an input", failure.Message, StringComparison.Ordinal);
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
