using System.CommandLine;
using System.Text;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Native;
using Fer.Core.Reporting;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train inspect</c>: counts, broken files, identical images and conflicts of a folder.</summary>
internal static class InspectCommand
{
    // A tenth of the whole range of gray: images of another camera, say.
    private const double NoticeableShift = 0.1;
    private const int GroupsShown = 5;

    private static readonly Option<string> Data = Required("--data", "DIR", "folder of images, as for training");
    private static readonly Option<string?> Output = Text("--out", "DIR", "also write charts: counts.png, samples.png, means.png");
    private static readonly Option<int?> Size = Whole("--size", "width and height in pixels at which images are compared (48)", 8, 512);

    public static Command Create()
    {
        var command = new Command("inspect", "Looks a folder of images over before it is trained on.") { Data, Output, Size };
        command.SetAction(Execute);
        return command;
    }

    private static int Execute(ParseResult parsed)
    {
        NativeRuntime.Prepare();
        var inspection = DataInspection.Of(ImageFolder.Open(parsed.GetValue(Data)!), parsed.GetValue(Size) ?? 48);
        var text = new StringBuilder();
        Counts(text, inspection);
        text.AppendLine();
        text.AppendLine($"unreadable files      {inspection.Unreadable.Count:N0}");
        foreach (var image in inspection.Unreadable.Take(GroupsShown))
        {
            text.AppendLine($"  {image.Path}: {image.Reason}");
        }

        text.AppendLine($"extra identical copies {inspection.ExtraCopies,0:N0}");
        Groups(text, "identical, other label", inspection.Conflicts, group => string.Join(" / ", group.Labels));
        Groups(text, "identical across splits", inspection.Leaks, group => string.Join(" / ", group.Splits));
        Shift(text, inspection);
        Console.Out.Write(text);
        if (parsed.GetValue(Output) is { } folder)
        {
            DataCharts.Counts(Path.Combine(folder, "counts.png"), inspection);
            DataCharts.Samples(Path.Combine(folder, "samples.png"), inspection);
            DataCharts.Means(Path.Combine(folder, "means.png"), inspection);
            Messages.Say($"wrote counts.png, samples.png and means.png to {folder}");
        }

        return ExitCode.Success;
    }

    private static void Counts(StringBuilder text, DataInspection inspection)
    {
        var width = Math.Max(8, inspection.Labels.Max(label => label.Length));
        text.AppendLine($"{"label".PadRight(width)}{string.Concat(inspection.Splits.Select(split => $"  {split.Name,10}"))}");
        for (var label = 0; label < inspection.Labels.Count; label++)
        {
            text.AppendLine($"{inspection.Labels[label].PadRight(width)}{string.Concat(inspection.Splits.Select(split => $"  {split.Counts[label],10:N0}"))}");
        }

        text.AppendLine($"{"all".PadRight(width)}{string.Concat(inspection.Splits.Select(split => $"  {split.Counts.Sum(),10:N0}"))}");
        text.AppendLine($"{"mean".PadRight(width)}{string.Concat(inspection.Splits.Select(split => $"  {split.Mean,10:0.0000}"))}");
        text.AppendLine($"{"std".PadRight(width)}{string.Concat(inspection.Splits.Select(split => $"  {split.StandardDeviation,10:0.0000}"))}");
    }

    private static void Groups(StringBuilder text, string name, IEnumerable<IdenticalImages> groups, Func<IdenticalImages, string> what)
    {
        IdenticalImages[] all = [.. groups];
        text.AppendLine($"{name}  {all.Length:N0} groups");
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
            text.AppendLine($"the pixels of {split.Name} differ from those of {train.Name} (mean and std above): another camera or preparation?");
        }
    }
}
