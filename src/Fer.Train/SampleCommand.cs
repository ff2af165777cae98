using System.CommandLine;
using Fer.Core.Cli;
using Fer.Core.Data.Samples;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train sample</c>: the built-in sample faces as a folder to train on, and as a video to detect in.</summary>
internal static class SampleCommand
{
    private static readonly Option<string> Output = Required("--out", "DIR", "new folder for train/<label>/*.png and test/<label>/*.png");
    private static readonly Option<int?> PerClass = Whole("--per-class", "training faces of each label (100); the test faces are a quarter", 1, 100_000);
    private static readonly Option<int?> Seed = Whole("--seed", "decides the faces (1)", 0, int.MaxValue);
    private static readonly Option<string?> Video = Text("--video", "FILE", "also write a video of the faces, an MP4");
    private static readonly Option<int?> People = Whole("--people", "faces in the video (2)", 1, 20);

    public static Command Create()
    {
        var command = new Command("sample", "Writes the built-in sample faces, which show no person.") { Output, PerClass, Seed, Video, People };
        command.Validators.Add(result =>
        {
            if (result.GetResult(People) is not null && result.GetResult(Video) is null)
            {
                result.AddError("--people N counts the faces of the video: add --video FILE");
            }
        });
        command.SetAction(Execute);
        return command;
    }

    private static int Execute(ParseResult parsed)
    {
        var folder = parsed.GetValue(Output)!;
        var perClass = parsed.GetValue(PerClass) ?? 100;
        var seed = (ulong)(parsed.GetValue(Seed) ?? 1);
        SampleFaces.WriteFolder(folder, perClass, seed);
        Say($"wrote {perClass} faces of each of {SampleFaces.Labels} to {folder}");
        if (parsed.GetValue(Video) is { } video)
        {
            new DemoVideo { People = parsed.GetValue(People) ?? 2, Seed = seed }.Write(video);
            Say($"wrote {video}");
        }

        return ExitCode.Success;
    }
}
