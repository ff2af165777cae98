using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Export;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train export</c>: a checkpoint in another format.</summary>
internal sealed class ExportCommand
{
    private static readonly Dictionary<string, Action<Stream, Checkpoint>> Writers = new(StringComparer.Ordinal)
    {
        ["onnx"] = OnnxWriter.Write,
        ["safetensors"] = SafetensorsWriter.Write,
    };

    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _format = OneOf("--format", "file format", Writers.Keys, "by the file extension");
    private readonly Option<string> _output = Required("--out", "FILE", "file to write");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new ExportCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("export", new HelpPage(
            "Exports a checkpoint to ONNX (pixels to probabilities) or safetensors (weights).",
            [new OptionGroup("Options", [_model, _format, _output, _force])],
            ["fer-train export --out fer.onnx", "fer-train export --model fer.pt --out fer.safetensors"]));
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        var output = parsed.GetValue(_output)!;
        var model = BundledModel.Resolve(parsed.GetValue(_model));
        var format = parsed.GetValue(_format) ?? Path.GetExtension(output).TrimStart('.');
        if (!Writers.TryGetValue(format, out var write))
        {
            throw new FerException($"{output}: unknown file extension; use .onnx or .safetensors, or add --format");
        }

        if (OutputPath.IsSame(output, model))
        {
            throw new FerException($"{output} is the checkpoint itself; choose another --out");
        }

        OutputPath.RequireNew(output, _output.Name, parsed.GetValue(_force));
        var checkpoint = CheckpointStore.Load(model);
        AtomicFile.Replace(output, unfinished =>
        {
            using var stream = File.Create(unfinished);
            write(stream, checkpoint);
        });
        Say($"wrote {output}");
        return ExitCode.Success;
    }
}
