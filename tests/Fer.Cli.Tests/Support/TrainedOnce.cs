using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests.Support;

/// <summary>Sample faces and a network trained on them for a moment, shared by all tests that need one.</summary>
public sealed class TrainedOnce : IDisposable
{
    public TrainedOnce()
    {
        SampleFaces.WriteFolder(Faces, perLabel: 12, seed: 1);
        Result = Tool.Train("--data", Faces, "--epochs", "2", "--batch-size", "28", "--out", Run, "--precision", "fp32");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public string Faces => Path.Combine(Root, "faces");

    public string Run => Path.Combine(Root, "run");

    public string Model => Path.Combine(Run, "fer.pt");

    internal ToolResult Result { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
