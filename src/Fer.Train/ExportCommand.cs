using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Export;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train export</c>: a network in another format, or in a smaller checkpoint.</summary>
internal sealed class ExportCommand
{
    private static readonly Dictionary<string, Action<Stream, Checkpoint>> Writers = new(StringComparer.Ordinal)
    {
        ["onnx"] = OnnxWriter.Write,
        ["safetensors"] = SafetensorsWriter.Write,
        ["pt"] = (stream, checkpoint) => CheckpointStore.Write(stream, checkpoint with { Training = null }),
    };

    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _format = OneOf("--format", "file format", Writers.Keys, "by the file extension");
    private readonly Option<bool> _half = Switch("--half", "weights in half precision, which halves the file; not for onnx");
    private readonly Option<string> _output = Required("--out", "FILE", "file to write");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new ExportCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("export", new HelpPage(
            "Exports to ONNX (pixels to probabilities), safetensors (weights) or a smaller checkpoint.",
            [new OptionGroup("Options", [_model, _format, _half, _output, _force])],
            ["fer-train export --out fer.onnx", "fer-train export --model fer.pt --out fer.safetensors", "fer-train export --model runs/first/fer.pt --half --out small.pt"]));
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        var output = parsed.GetValue(_output)!;
        var model = BundledModel.Resolve(parsed.GetValue(_model));
        var format = parsed.GetValue(_format) ?? Path.GetExtension(output).TrimStart('.').ToLowerInvariant();
        if (!Writers.TryGetValue(format, out var write))
        {
            throw new FerException($"{output}: unknown file extension; use .onnx, .safetensors or .pt, or add --format");
        }

        OutputPath.RequireOtherThan(output, _output.Name, model);
        var half = parsed.GetValue(_half);
        if (half && format == "onnx")
        {
            throw new FerException("--half is for safetensors and pt: the weights of ONNX models are written in float32");
        }

        OutputPath.RequireNew(output, _output.Name, parsed.GetValue(_force));
        var checkpoint = CheckpointStore.Load(model);
        checkpoint = half ? checkpoint.InHalfPrecision() : checkpoint;
        AtomicFile.Replace(output, unfinished =>
        {
            using var stream = File.Create(unfinished);
            write(stream, checkpoint);
        });
        Say($"wrote {output}");
        return ExitCode.Success;
    }
}
