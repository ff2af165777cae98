using System.CommandLine;
using System.Text;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Native;
using Fer.Core.Reporting;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train inspect</c>: checks a dataset before training.</summary>
internal sealed class InspectCommand
{
    // A tenth of the pixel range: images of another camera, for example.
    private const double NoticeableShift = 0.1;
    private const int GroupsShown = 5;

    private static readonly string[] Charts = ["counts.png", "samples.png", "means.png"];

    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();
    private readonly Option<string?> _output = Text("--out", "DIR", "also write charts (counts.png, samples.png, means.png) to this folder");
    private readonly Option<int?> _size = Whole("--size", "image width and height in pixels for the comparison", 8, 512, "48");

    public static Command Create() => new InspectCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("inspect", new HelpPage(
            "Checks a dataset: counts, unreadable, duplicate and conflicting images.",
            [new OptionGroup("Options", [_data, _labelMap, _ignoredLabels, _output, _size])],
            ["fer-train inspect --data ./images", "fer-train inspect --data ./images --out charts"]));
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        if (parsed.GetValue(_output) is { } charts)
        {
            foreach (var chart in Charts)
            {
                OutputPath.RequireOtherThan(Path.Combine(charts, chart), _output.Name, parsed.GetValue(_data));
            }
        }

        NativeRuntime.Prepare();
        var images = ImageFolder.Open(parsed.GetValue(_data)!, labels: null, LabelRules.Parse(parsed.GetValue(_labelMap), parsed.GetValue(_ignoredLabels) ?? []));
        var inspection = DataInspection.Of(images, parsed.GetValue(_size) ?? 48);
        var text = new StringBuilder();
        text.Append(Counts(inspection));
        text.AppendLine();
        text.AppendLine($"unreadable files: {inspection.Unreadable.Count:N0}");
        foreach (var image in inspection.Unreadable.Take(GroupsShown))
        {
            text.AppendLine($"  {image.Path}: {image.Reason}");
        }

        text.AppendLine($"duplicate images: {inspection.ExtraCopies:N0}");
        Groups(text, "duplicates with different labels", inspection.Conflicts, group => string.Join(" / ", group.Labels));
        Groups(text, "duplicates across splits", inspection.Leaks, group => string.Join(" / ", group.Splits));
        Shift(text, inspection);
        foreach (var note in images.Notes)
        {
            text.AppendLine(note);
        }

        parsed.InvocationConfiguration.Output.Write(text);
        if (parsed.GetValue(_output) is { } folder)
        {
            OutputMarker.Write(folder);
            DataCharts.Counts(Path.Combine(folder, Charts[0]), inspection);
            DataCharts.Samples(Path.Combine(folder, Charts[1]), inspection);
            DataCharts.Means(Path.Combine(folder, Charts[2]), inspection);
            Messages.Say($"wrote counts.png, samples.png and means.png to {folder}");
        }

        Messages.Say(new SkippedFiles(images.NotImages, inspection.Unreadable.Count));
        return ExitCode.Success;
    }

    private static TextTable Counts(DataInspection inspection)
    {
        var table = new TextTable(["label", .. inspection.Splits.Select(split => split.Name)]);
        for (var label = 0; label < inspection.Labels.Count; label++)
        {
            table.Add([inspection.Labels[label], .. inspection.Splits.Select(split => $"{split.Counts[label]:N0}")]);
        }

        table.Add(["all", .. inspection.Splits.Select(split => $"{split.Counts.Sum():N0}")]);
        table.Add(["mean", .. inspection.Splits.Select(split => $"{split.Mean:0.0000}")]);
        table.Add(["std", .. inspection.Splits.Select(split => $"{split.StandardDeviation:0.0000}")]);
        return table;
    }

    private static void Groups(StringBuilder text, string name, IEnumerable<IdenticalImages> groups, Func<IdenticalImages, string> what)
    {
        IdenticalImages[] all = [.. groups];
        text.AppendLine($"{name}: {all.Length:N0} {(all.Length == 1 ? "group" : "groups")}");
        foreach (var group in all.Take(GroupsShown))
        {
            text.AppendLine($"  {what(group)}: {string.Join(", ", group.Files)}");
        }
    }

    private static void Shift(StringBuilder text, DataInspection inspection)
    {
        var train = inspection.Splits[0];
        foreach (var split in inspection.Splits.Skip(1).Where(split =>
            Math.Abs(split.Mean - train.Mean) > NoticeableShift || Math.Abs(split.StandardDeviation - train.StandardDeviation) > NoticeableShift))
        {
            text.AppendLine($"the pixel statistics of {split.Name} differ from those of {train.Name} (mean and std above): different camera or preprocessing?");
        }
    }
}
