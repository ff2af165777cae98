using System.IO.Compression;
using System.Text;
using Fer.Core.Checkpoints;

namespace Fer.Core.Tests.Checkpoints;

public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{'a': torch.zeros(3)}, p, _use_new_zipfile_serialization=False", "before 1.6")]
    [InlineData("torch.nn.Linear(2, 2).state_dict(), p", "without the format, architecture and labels")]
    [InlineData("torch.nn.Linear(2, 2), p", "torch.nn.modules.linear.Linear")]
    [InlineData("[1, 2], p", "not contain a dictionary")]
    [InlineData("{'format': 'fer-checkpoint', 'version': 9}, p", "update")]
    public void A_PyTorch_file_that_is_not_a_checkpoint_is_recognized(string arguments, string reason)
    {
        var path = _folder.Inside("other.pt");
        DebianPython.Run($"import sys, torch; p = sys.argv[1]; torch.save({arguments})", path);

        AssertRefused(path, reason);
    }

    [Fact]
    public void A_TorchScript_module_is_recognized()
    {
        var path = _folder.Inside("script.pt");
        DebianPython.Run("import sys, torch; torch.jit.script(torch.nn.Linear(2, 2)).save(sys.argv[1])", path);

        AssertRefused(path, "TorchScript");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\u0089PNG\r\n", "not a PyTorch checkpoint")]
    [InlineData("PK but not for long", "not a checkpoint")]
    public void Any_other_file_is_refused(string content, string reason)
    {
        var path = _folder.Inside("other.pt");
        File.WriteAllText(path, content, Encoding.Latin1);

        AssertRefused(path, reason);
    }

    [Fact]
    public void A_folder_is_refused_with_the_file_to_name_instead() => AssertRefused(_folder.Path, Path.Combine(_folder.Path, "fer.pt"));

    [Fact]
    public void A_compressed_archive_is_refused()
    {
        var path = _folder.Inside("compressed.pt");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("fer/data.pkl", CompressionLevel.Optimal).Open())
        {
            entry.Write(new byte[100_000]);
        }

        AssertRefused(path, "compressed");
    }

    [Fact]
    public void Integers_are_accepted_as_floats()
    {
        var path = _folder.Inside("whole.pt");
        CheckpointStore.Save(path, SmallCheckpoint.Create());
        DebianPython.Run("import sys, torch; p = sys.argv[1]; c = torch.load(p); c['preprocessing'].update(mean=0, std=1); c['temperature'] = 1.5; torch.save(c, p)", path);

        var loaded = CheckpointStore.Load(path);

        Assert.Equal((0, 1, 1.5), (loaded.Preprocessing.Mean, loaded.Preprocessing.StandardDeviation, loaded.Temperature));
    }

    private static void AssertRefused(string path, string reason)
    {
        var failure = Assert.Throws<FerException>(() => CheckpointStore.Load(path));

        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
