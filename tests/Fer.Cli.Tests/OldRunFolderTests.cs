using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

/// <summary>
/// A run folder as release 0.1 wrote it: <c>fer-train --data faces --epochs 1 --batch-size 14 --width 4 --squeeze 8
/// --seed 5 --precision fp32 --threads 1</c> on six sample faces a label, drawn with seed 7.
/// </summary>
public sealed class OldRunFolderTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(AppContext.BaseDirectory, "Fixtures", "release-0.1");

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-old-").FullName;

    private string Faces => Path.Combine(_folder, "faces");

    public OldRunFolderTests() => SampleFaces.WriteFolder(Faces, perLabel: 6, seed: 7);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_folder_of_an_earlier_release_resumes()
    {
        var run = Path.Combine(_folder, "run");
        Directory.CreateDirectory(run);
        foreach (var file in Directory.EnumerateFiles(Fixture))
        {
            File.Copy(file, Path.Combine(run, Path.GetFileName(file)));
        }

        var resumed = Tool.Train("--resume", run, "--data", Faces, "--epochs", "2");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "history.csv")).Length);
    }

    [Fact]
    public void A_network_of_an_earlier_release_gives_the_figures_that_it_gave_then()
    {
        var report = Path.Combine(_folder, "report.json");

        var evaluated = Tool.Train("evaluate", "--data", Faces, "--split", "test", "--model", Path.Combine(Fixture, "fer.pt"), "--precision", "fp32", "--json", report);

        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal(Loss(Path.Combine(Fixture, "report.json")), Loss(report), 4);
    }

    private static double Loss(string report)
    {
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllText(report));
        return document.RootElement.GetProperty("figures").GetProperty("loss").GetDouble();
    }
}
