using System.CommandLine;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Detection.Results;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary><c>fer-detect merge</c>: joins the outputs of <c>--shard</c>.</summary>
internal sealed class MergeCommand
{
    private readonly Argument<string[]> _parts = new("part") { HelpName = "PART", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _out = Required("--out", "FILE", "file to write: the lines of all parts in the order of the input");
    private readonly Option<int?> _shards = Whole("--shards", "number of shards that there should be (default: inferred from the gaps)", 1, 100_000);
    private readonly Option<bool> _partial = Switch("--partial", "write the file although shards are missing or incomplete");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new MergeCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("merge", new HelpPage(
            "Joins the JSON Lines or CSV files of --shard as one run writes them, and names missing shards.",
            [new OptionGroup("Options", [_out, _shards, _partial, _force])],
            ["fer-detect merge part1.jsonl part2.jsonl part3.jsonl part4.jsonl --out faces.jsonl --shards 4"]));
        command.Add(_parts);
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var (parts, path) = (parsed.GetValue(_parts)!, parsed.GetValue(_out)!);
        OutputPath.CheckPlace(path, "--out");
        OutputPath.RequireOtherThan(path, "--out", parts);
        OutputPath.RequireNew(path, "--out", parsed.GetValue(_force));
        AtomicFile.Replace(path, unfinished =>
        {
            using var output = File.Create(unfinished);
            var coverage = ShardMerge.Run(parts, output, parsed.GetValue(_shards), cancellation);
            if (coverage.Missing is { } missing && !parsed.GetValue(_partial))
            {
                throw new FerException($"{missing}; run or --resume these shards, or add --partial");
            }

            Say(parsed.InvocationConfiguration.Error, $"{coverage.Files} files from {parts.Length} parts{(coverage.Missing is { } gaps ? $"; {gaps}" : "")}");
        });
        return ExitCode.Success;
    }
}
