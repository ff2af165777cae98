using Fer.Core.Cli;
using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Tracking;
using Fer.Core.Detection.Window;
using Fer.Core.Native;

namespace Fer.Core.Tests;

/// <summary>The directions in which the namespaces of Fer.Core, and with them its folders, may depend on each other.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "Fer.Core";

    private static readonly DependencyGraph Graph = DependencyGraph.Of(typeof(FerException).Assembly);

    private static IEnumerable<Dependency> Internal =>
        Graph.All.Where(edge => DependencyGraph.IsWithin(edge.FromNamespace, Root) && DependencyGraph.IsWithin(edge.ToNamespace, Root));

    [Theory]
    [InlineData("Data")]
    [InlineData("Model")]
    [InlineData("Checkpoints.Torch")]
    public void The_foundations_depend_only_on_themselves_and_on_the_root(string part)
    {
        var own = $"{Root}.{part}";
        Assert.Contains(Internal, edge => DependencyGraph.IsWithin(edge.FromNamespace, own));

        var violations = Internal.Where(edge => DependencyGraph.IsWithin(edge.FromNamespace, own)
            && edge.ToNamespace != Root
            && !DependencyGraph.IsWithin(edge.ToNamespace, own));

        Assert.Empty(violations);
    }

    [Fact]
    public void The_root_depends_on_none_of_the_parts() =>
        Assert.DoesNotContain(Internal, edge => edge.FromNamespace == Root && edge.ToNamespace != Root);

    [Fact]
    public void Only_the_executables_depend_on_the_command_line()
    {
        const string cli = $"{Root}.Cli";

        Assert.DoesNotContain(Internal, edge => DependencyGraph.IsWithin(edge.ToNamespace, cli) && !DependencyGraph.IsWithin(edge.FromNamespace, cli));
    }

    [Fact]
    public void No_sum_of_tensors_leaves_its_factor_to_the_garbage_collector()
    {
        using var assembly = Mono.Cecil.AssemblyDefinition.ReadAssembly(typeof(FerException).Assembly.Location);
        string[] sums = [.. from type in assembly.MainModule.GetTypes()
                   from method in type.Methods
                   where method.HasBody
                   from instruction in method.Body.Instructions
                   let called = instruction.Operand as Mono.Cecil.MethodReference
                   where called?.DeclaringType.FullName == "TorchSharp.torch/Tensor" && called.Name is "op_Addition" or "add" or "add_"
                   select $"{method.FullName}: {called.Name}({string.Join(", ", called.Parameters.Select(parameter => parameter.ParameterType.Name))})"];

        Assert.Contains(sums, sum => sum.EndsWith(": add(Tensor, Scalar)", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', sums.Where(sum => sum.Contains(": op_Addition", StringComparison.Ordinal) || !sum.EndsWith(", Scalar)", StringComparison.Ordinal))));
    }

    [Fact]
    public void Namespaces_do_not_depend_on_each_other_in_a_cycle() => Assert.Empty(DependencyGraph.Cycles(Internal));

    [Fact]
    public void Only_the_command_line_and_native_code_touch_the_console()
    {
        string[] allowed = [$"{Root}.Cli", $"{Root}.Native"];

        var violations = Graph.All.Where(edge => edge.To == "System.Console" && !allowed.Any(name => DependencyGraph.IsWithin(edge.FromNamespace, name)));

        Assert.Empty(violations);
    }

    [Theory]
    [InlineData(typeof(EmotionPipeline), typeof(FaceTracker))]
    [InlineData(typeof(WindowSink), typeof(IFrameSink))]
    [InlineData(typeof(HighGuiWindow), typeof(Display))]
    [InlineData(typeof(FrameSources), typeof(StreamSource))]
    [InlineData(typeof(Messages), typeof(Console))]
    public void The_analyzer_sees_fields_interfaces_method_bodies_and_lambdas(Type from, Type to) =>
        Assert.Contains(Graph.All, edge => edge.From == from.FullName && edge.To == to.FullName);

    [Fact]
    public void The_analyzer_finds_a_cycle_between_a_namespace_and_its_child()
    {
        Dependency[] cycle = [Edge("A", "A.B"), Edge("A.B", "C"), Edge("C", "A")];
        Dependency[] others = [Edge("D", "A"), Edge("C", "E"), Edge("E", "E")];

        Assert.Equal(cycle, DependencyGraph.Cycles([.. cycle, .. others]));
        Assert.Empty(DependencyGraph.Cycles([.. cycle[1..], .. others]));
    }

    private static Dependency Edge(string from, string to) => new($"{from}.One", from, $"{to}.Other", to);
}
