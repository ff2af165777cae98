using System.Text;
using Fer.Core;
using Fer.Core.Data;
using Fer.Core.Detection.Cropping;
using Fer.Core.Evaluation;

namespace Fer.Train;

/// <summary>Everything that <c>fer-train inspect</c> found.</summary>
/// <param name="Inspection">Counts, copies, quality.</param>
/// <param name="NoCrops">Images that do not look like face crops, by path.</param>
/// <param name="Suspicious">The images of the first split, the most suspicious label first; null if nobody looked.</param>
internal sealed record InspectResult(DataInspection Inspection, IReadOnlyDictionary<string, NoCrop> NoCrops, IReadOnlyList<SuspiciousLabel>? Suspicious)
{
    // A tenth of the pixel range: images of another camera, for example.
    private const double NoticeableShift = 0.1;
    private const int GroupsShown = 5;

    /// <summary>Groups of identical and near-identical images that occur in several splits.</summary>
    public IReadOnlyList<IdenticalImages> Leaks { get; } =
        [.. Inspection.Leaks, .. Inspection.NearIdentical.Where(group => group.Splits.Count > 1 && !Inspection.Leaks.Any(leak => leak.Files.All(group.Files.Contains)))];

    /// <summary>Images whose label is less probable than another one, by a wide margin.</summary>
    public IReadOnlyList<SuspiciousLabel> ProbablyWrong { get; } = [.. (Suspicious ?? []).TakeWhile(label => label.Suspicion > WideMargin)];

    private const double WideMargin = 0.5;

    /// <summary>The findings for a terminal.</summary>
    public string Render(IEnumerable<string> notes)
    {
        var text = new StringBuilder();
        text.Append(Counts()).AppendLine();
        foreach (var line in Imbalance.Describe(Inspection))
        {
            text.AppendLine(line);
        }

        text.AppendLine($"unreadable files: {Inspection.Unreadable.Count:N0}");
        foreach (var image in Inspection.Unreadable.Take(GroupsShown))
        {
            text.AppendLine($"  {image.Path}: {image.Reason}");
        }

        text.AppendLine($"duplicate images: {Inspection.ExtraCopies:N0}");
        Groups(text, "duplicates with different labels", Inspection.Conflicts, group => string.Join(" / ", group.Labels));
        Groups(text, "duplicates across splits", Inspection.Leaks, group => string.Join(" / ", group.Splits));
        text.AppendLine($"near-identical images: {Inspection.ExtraNearDuplicates:N0} beyond one of each group");
        Groups(text, "near-identical with different labels", Inspection.NearIdentical.Where(group => group.Labels.Count > 1), group => string.Join(" / ", group.Labels));
        Groups(text, "near-identical across splits", Inspection.NearIdentical.Where(group => group.Splits.Count > 1), group => string.Join(" / ", group.Splits));
        Poor(text);
        if (Suspicious is not null)
        {
            text.AppendLine($"probably wrong labels: {ProbablyWrong.Count:N0} of {Suspicious.Count:N0}");
            foreach (var label in ProbablyWrong.Take(GroupsShown))
            {
                text.AppendLine($"  {Faces.Paths[label.Image]}: {Inspection.Labels[label.Suggested]} ({label.SuggestedProbability:0%}) rather than {Inspection.Labels[Faces.Targets[label.Image]]} ({label.OwnProbability:0%})");
            }
        }

        Shift(text);
        return text.AppendJoin("", notes.Select(note => note + Environment.NewLine)).ToString();
    }

    /// <summary>The images of the first split.</summary>
    public FaceDataset Faces => Inspection.Splits[0].Faces;

    private TextTable Counts()
    {
        var table = new TextTable(["label", .. Inspection.Splits.Select(split => split.Name)]);
        for (var label = 0; label < Inspection.Labels.Count; label++)
        {
            table.Add([Inspection.Labels[label], .. Inspection.Splits.Select(split => $"{split.Counts[label]:N0}")]);
        }

        table.Add(["all", .. Inspection.Splits.Select(split => $"{split.Counts.Sum():N0}")]);
        table.Add(["mean", .. Inspection.Splits.Select(split => $"{split.Mean:0.0000}")]);
        table.Add(["std", .. Inspection.Splits.Select(split => $"{split.StandardDeviation:0.0000}")]);
        return table;
    }

    private void Poor(StringBuilder text)
    {
        Count("smaller than the network's input", QualityProblems.TooSmall);
        Count("of low contrast", QualityProblems.LowContrast);
        Count("blurred", QualityProblems.Blurred);
        Count("not square", QualityProblems.NotSquare);
        text.AppendLine(NoCrops.Count == 0 ? "images that do not look like face crops: 0" : $"images that do not look like face crops: {NoCrops.Count:N0}; {CropWarning.Advice}");

        void Count(string what, QualityProblems problem) => text.AppendLine($"{what}: {Inspection.Poor.Count(image => image.Problems.HasFlag(problem)):N0}");
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

    private void Shift(StringBuilder text)
    {
        var train = Inspection.Splits[0];
        foreach (var split in Inspection.Splits.Skip(1).Where(split =>
            Math.Abs(split.Mean - train.Mean) > NoticeableShift || Math.Abs(split.StandardDeviation - train.StandardDeviation) > NoticeableShift))
        {
            text.AppendLine($"the pixel statistics of {split.Name} differ from those of {train.Name} (mean and std above): different camera or preprocessing?");
        }
    }
}
