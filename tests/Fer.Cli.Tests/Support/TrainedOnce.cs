using Fer.Core.Data.Samples;

[assembly: AssemblyFixture(typeof(Fer.Cli.Tests.Support.TrainedOnce))]

namespace Fer.Cli.Tests.Support;

/// <summary>Sample faces and a network briefly trained on them, once for all tests.</summary>
public sealed class TrainedOnce : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fer-cli-").FullName;
    private readonly Lazy<ToolResult> _result;

    public TrainedOnce() => _result = new Lazy<ToolResult>(Train);

    /// <summary>The dataset.</summary>
    public string Faces => Trained("faces");

    /// <summary>The run folder.</summary>
    public string Run => Trained("run");

    /// <summary>The best network.</summary>
    public string Model => Path.Combine(Run, "fer.pt");

    internal ToolResult Result => _result.Value;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Trains when a test first asks for something: many tests need no network.</summary>
    private string Trained(string name)
    {
        _ = _result.Value;
        return Path.Combine(_root, name);
    }

    private ToolResult Train()
    {
        var faces = Path.Combine(_root, "faces");
        SampleFaces.WriteFolder(faces, perLabel: 12, seed: 1);
        return Tool.Train("--data", faces, "--epochs", "2", "--batch-size", "28", "--out", Path.Combine(_root, "run"), "--precision", "fp32", "--width", "8");
    }
}
