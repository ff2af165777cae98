namespace Fer.Core.Tests;

public sealed class OutputPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_paths_to_one_file_are_recognized_through_linked_folders()
    {
        var folder = Directory.CreateDirectory(_folder.Inside("photos")).FullName;
        File.WriteAllText(Path.Combine(folder, "a.jpg"), "");
        Directory.CreateSymbolicLink(_folder.Inside("annotated"), "photos");
        File.CreateSymbolicLink(_folder.Inside("one"), "two");
        File.CreateSymbolicLink(_folder.Inside("two"), "one");

        Assert.True(OutputPath.IsSame(Path.Combine(folder, "a.jpg"), _folder.Inside("annotated", "a.jpg")));
        Assert.True(OutputPath.IsSame(Path.Combine(folder, "new.jpg"), _folder.Inside("annotated", "new.jpg")));
        Assert.False(OutputPath.IsSame(Path.Combine(folder, "a.jpg"), _folder.Inside("annotated", "b.jpg")));
        Assert.False(OutputPath.IsSame(_folder.Inside("one"), Path.Combine(folder, "a.jpg")));
    }

    [Fact]
    public void A_hard_link_is_the_same_file()
    {
        var file = _folder.Inside("a.jpg");
        File.WriteAllText(file, "");
        Link(file, _folder.Inside("b.jpg"));

        Assert.True(OutputPath.IsSame(file, _folder.Inside("b.jpg")));
        Assert.False(OutputPath.IsSame(file, _folder.Inside("c.jpg")));
    }

    [Theory]
    [InlineData("fer.pt")]
    [InlineData("hard link")]
    [InlineData("symbolic link")]
    [InlineData("photos/train/a.jpg")]
    [InlineData("link to a photo")]
    public void An_output_that_is_an_input_is_refused_under_every_name(string output)
    {
        var (model, photo) = (_folder.Inside("fer.pt"), _folder.Inside("photos", "train", "a.jpg"));
        File.WriteAllText(model, "model");
        File.WriteAllText(photo, "photo");
        Link(model, _folder.Inside("hard link"));
        Link(photo, _folder.Inside("link to a photo"));
        File.CreateSymbolicLink(_folder.Inside("symbolic link"), model);

        var failure = Assert.Throws<FerException>(() => OutputPath.RequireOtherThan(_folder.Inside(output), "--json", null, model, _folder.Inside("photos"), "missing"));

        Assert.Contains($"--json {_folder.Inside(output)} would overwrite the input", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_file_another_file_and_a_device_are_no_inputs()
    {
        File.WriteAllText(_folder.Inside("other"), "");
        foreach (var output in new[] { _folder.Inside("new"), _folder.Inside("other"), "/dev/null" })
        {
            OutputPath.RequireOtherThan(output, "--json", "/dev/null", Directory.CreateDirectory(_folder.Inside("photos")).FullName);
        }
    }

    [Fact]
    public void A_result_needs_an_existing_folder_and_a_name_that_is_not_a_folder()
    {
        OutputPath.CheckPlace(Path.Combine(_folder.Path, "new.csv"), "--csv");

        var isFolder = Assert.Throws<FerException>(() => OutputPath.CheckPlace(_folder.Path, "--csv"));
        var noFolder = Assert.Throws<FerException>(() => OutputPath.CheckPlace(Path.Combine(_folder.Path, "missing", "new.csv"), "--csv"));
        Assert.Contains("--csv requires a file", isFolder.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", noFolder.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_folder_must_be_new_or_empty()
    {
        OutputPath.RequireNewFolder(Path.Combine(_folder.Path, "missing"));
        OutputPath.RequireNewFolder(_folder.Path);
        File.WriteAllText(_folder.Inside("file.txt"), "");

        Assert.Throws<FerException>(() => OutputPath.RequireNewFolder(_folder.Path));
        Assert.Throws<FerException>(() => OutputPath.RequireNewFolder(_folder.Inside("file.txt")));
    }

    [Theory]
    [InlineData("-", true)]
    [InlineData("/dev/stdout", true)]
    [InlineData("/proc/self/fd/1", true)]
    [InlineData("stdout", false)]
    public void Standard_output_has_several_names(string path, bool isStandardOutput) =>
        Assert.Equal(isStandardOutput, OutputPath.IsStandardOutput(path));

    private static void Link(string file, string link)
    {
        using var process = System.Diagnostics.Process.Start("ln", [file, link]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
