using System.Text.Json;

namespace Fer.Cli.Tests;

public sealed class BenchmarkCommandTests
{
    [Fact]
    public void The_benchmark_compares_with_the_ordinary_loop_and_the_ceiling()
    {
        var result = Tool.Train("benchmark", "--batch-size", "8", "--seconds", "1", "--threads", "1", "--json", "-");

        Assert.True(result.ExitCode == 0, result.Error);
        using var report = JsonDocument.Parse(result.Output);
        var root = report.RootElement;
        Assert.Equal(1, root.GetProperty("threads").GetInt32());
        Assert.True(root.GetProperty("ordinaryTrainingRate").GetDouble() > 0);
        Assert.Equal(root.GetProperty("ceilings").GetArrayLength(), root.GetProperty("speeds").GetArrayLength());
        Assert.All(root.GetProperty("speeds").EnumerateArray(), speed => Assert.True(speed.GetProperty("trainingRate").GetDouble() > 0));
    }
}
