using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Export;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train export</c>: a checkpoint for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, Action<Stream, Checkpoint>> Writers = new(StringComparer.Ordinal)
    {
        ["onnx"] = OnnxWriter.Write,
        ["safetensors"] = SafetensorsWriter.Write,
    };

    private static readonly Option<string> Model = Required("--model", "FILE", "checkpoint, fer.pt");
    private static readonly Option<string?> Format = OneOf("--format", "format of the file (by its ending)", Writers.Keys);
    private static readonly Option<string> Output = Required("--out", "FILE", "file to write");

    public static Command Create()
    {
        var command = new Command("export", "Writes a network for other programs: ONNX from pixels to probabilities, or safetensors.") { Model, Format, Output };
        command.SetAction(Execute);
        return command;
    }

    private static int Execute(ParseResult parsed)
    {
        var output = parsed.GetValue(Output)!;
        var format = parsed.GetValue(Format) ?? Path.GetExtension(output).TrimStart('.');
        if (!Writers.TryGetValue(format, out var write))
        {
            throw new FerException($"{output} says no format; end it with .onnx or .safetensors, or give --format");
        }

        if (OutputPath.IsSame(output, parsed.GetValue(Model)!))
        {
            throw new FerException($"{output} is the network itself; name another file with --out");
        }

        var checkpoint = CheckpointStore.Load(parsed.GetValue(Model)!);
        AtomicFile.Replace(output, unfinished =>
        {
            using var stream = File.Create(unfinished);
            write(stream, checkpoint);
        });
        Say($"wrote {output}");
        return ExitCode.Success;
    }
}
