using System.CommandLine;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Data.Samples;
using Fer.Core.Detection.Sinks;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train sample</c>: the built-in sample faces as a dataset and as a video.</summary>
internal sealed class SampleCommand
{
    private readonly Option<string> _output = Required("--out", "DIR", "new folder for train/<label>/*.png and test/<label>/*.png");
    private readonly Option<int?> _perClass = Whole("--per-class", "training images per label; a quarter as many test images are added", 1, 100_000, "100");
    private readonly Option<int?> _seed = Whole("--seed", "random seed", 0, int.MaxValue, "1");
    private readonly Option<string?> _video = Text("--video", "FILE", "also write a video of the faces (MP4)");
    private readonly Option<int?> _people = Whole("--people", "number of faces in the video", 1, 20, "2");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new SampleCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("sample", new HelpPage(
            "Writes a dataset of built-in, synthetic sample faces.",
            [new OptionGroup("Options", [_output, _perClass, _seed, _video, _people, _force])],
            ["fer-train sample --out ./faces", "fer-train sample --out ./faces --video faces.mp4 --people 4"]));
        command.Validators.Add(result =>
        {
            if (result.GetResult(_people) is not null && result.GetResult(_video) is null)
            {
                result.AddError("--people sets the number of faces in the video: add --video FILE");
            }
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(_output)!;
        var perClass = parsed.GetValue(_perClass) ?? 100;
        var seed = (ulong)(parsed.GetValue(_seed) ?? 1);
        if (parsed.GetValue(_video) is { } planned)
        {
            OutputPath.RequireNew(planned, _video.Name, parsed.GetValue(_force));
            CheckVideo(planned);
        }

        SampleFaces.WriteFolder(folder, perClass, seed, cancellation);
        Say($"wrote {perClass} training images per label ({SampleFaces.Labels}) to {folder}");
        if (parsed.GetValue(_video) is { } video)
        {
            new DemoVideo { People = parsed.GetValue(_people) ?? 2, Seed = seed }.Write(video, cancellation);
            Say($"wrote {video}");
        }

        return ExitCode.Success;
    }

    /// <summary>Before the faces are written, whose folder must be new. The video may go into that folder.</summary>
    private void CheckVideo(string path)
    {
        if (!RecordingOptions.HasExtension(path))
        {
            throw new FerException($"{_video.Name} {path}: the extension of a video must be {string.Join(", ", RecordingOptions.Extensions)}");
        }

        OutputPath.RequireWritable(Path.GetDirectoryName(Path.GetFullPath(path))!, _video.Name);
    }
}
