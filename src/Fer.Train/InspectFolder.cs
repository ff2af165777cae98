using System.Globalization;
using System.Text;
using Fer.Core;
using Fer.Core.Data;
using Fer.Core.Detection.Cropping;
using Fer.Core.Reporting;

namespace Fer.Train;

/// <summary>The files of <c>fer-train inspect --out</c>: charts, contact sheets, tables, and a page that shows them.</summary>
internal static class InspectFolder
{
    private const int SheetColumns = 10, SheetFaces = 100, GroupsShown = 12;

    /// <summary>Everything that may be written.</summary>
    public static IReadOnlyList<string> Files { get; } =
        ["counts.png", "samples.png", "means.png", "near-duplicates.png", "poor.png", "wrong-labels.png", "problems.csv", "wrong-labels.csv", "overview.html"];

    /// <param name="folder">The folder, which is created.</param>
    /// <param name="data">The name of the dataset.</param>
    /// <param name="found">What was found.</param>
    /// <param name="notes">What a user should know about the data folder.</param>
    public static void Write(string folder, string data, InspectResult found, IReadOnlyList<string> notes)
    {
        OutputMarker.Write(folder);
        // What an earlier inspection found may have been repaired since, or was not searched for now.
        Array.ForEach(["near-duplicates.png", "poor.png", "wrong-labels.png", "wrong-labels.csv"], file => File.Delete(At(file)));
        var inspection = found.Inspection;
        DataCharts.Counts(At("counts.png"), inspection);
        DataCharts.Samples(At("samples.png"), inspection);
        DataCharts.Means(At("means.png"), inspection);
        Sheet("near-duplicates.png", "Near-identical images, a row for each group", [.. inspection.NearIdentical.OrderByDescending(group => group.Splits.Count).ThenByDescending(group => group.Files.Count).Take(GroupsShown)
            .Select(group => group.Files.Take(SheetColumns).Select(file => Face(file, Path.GetFileName(file))).ToArray())]);
        Sheet("poor.png", "Too small, flat, blurred or not square", [.. inspection.Poor.Take(SheetFaces).Select(image => Face(image.Path, Words(image.Problems))).Chunk(SheetColumns)]);
        WriteText("problems.csv", Problems(found));
        if (found.Suspicious is { } suspicious)
        {
            Sheet("wrong-labels.png", "Most suspicious labels: what the folder says, and what similar faces say", [.. suspicious.Where(label => label.Suspicion > 0).Take(SheetFaces)
                .Select(label => new SampleFace(found.Faces.Face(label.Image), $"{inspection.Labels[found.Faces.Targets[label.Image]]} → {inspection.Labels[label.Suggested]}")).Chunk(SheetColumns)]);
            WriteText("wrong-labels.csv", WrongLabels(found));
        }

        WriteText("overview.html", Page(folder, data, found.Render(notes)));

        string At(string file) => Path.Combine(folder, file);

        void WriteText(string file, string text) => AtomicFile.Replace(At(file), path => File.WriteAllText(path, text));

        void Sheet(string file, string title, IReadOnlyList<IReadOnlyList<SampleFace>> rows)
        {
            if (rows.Count > 0)
            {
                SampleGrid.Write(At(file), title, rows);
            }
        }

        SampleFace Face(string file, string caption)
        {
            var (faces, index) = inspection.Splits.Select(split => (split.Faces, Index: Array.IndexOf(split.Faces.Paths, file))).First(found => found.Index >= 0);
            return new SampleFace(faces.Face(index), caption);
        }
    }

    private static string Words(QualityProblems problems) => string.Join(", ", new[]
    {
        (QualityProblems.TooSmall, "too small"), (QualityProblems.LowContrast, "low contrast"), (QualityProblems.Blurred, "blurred"), (QualityProblems.NotSquare, "not square"),
    }.Where(pair => problems.HasFlag(pair.Item1)).Select(pair => pair.Item2));

    private static string Words(NoCrop reason) => reason switch
    {
        NoCrop.NotSquare => "not square",
        NoCrop.NoFace => "no face found",
        _ => "small face",
    };

    private static string Problems(InspectResult found)
    {
        var rows = new StringBuilder("path,problem,detail\n");
        void Add(string path, string problem, string detail) => rows.Append($"{Csv.Field(path)},{problem},{Csv.Field(detail)}\n");
        foreach (var image in found.Inspection.Unreadable)
        {
            Add(image.Path, "unreadable", image.Reason);
        }

        foreach (var (kind, groups) in new[] { ("identical", found.Inspection.Identical), ("near-identical", found.Inspection.NearIdentical) })
        {
            foreach (var (index, group) in groups.Index())
            {
                foreach (var file in group.Files)
                {
                    Add(file, kind, $"group {index + 1}, labels {string.Join('/', group.Labels)}, splits {string.Join('/', group.Splits)}");
                }
            }
        }

        foreach (var image in found.Inspection.Poor)
        {
            Add(image.Path, "poor", $"{Words(image.Problems)}, {image.Width}x{image.Height}");
        }

        foreach (var (path, reason) in found.NoCrops)
        {
            Add(path, "no face crop", Words(reason));
        }

        return rows.ToString();
    }

    private static string WrongLabels(InspectResult found)
    {
        var rows = new StringBuilder("path,label,suggested,label_probability,suggested_probability\n");
        foreach (var label in found.Suspicious!)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{Csv.Field(found.Faces.Paths[label.Image])},{Csv.Field(found.Inspection.Labels[found.Faces.Targets[label.Image]])},{Csv.Field(found.Inspection.Labels[label.Suggested])},{label.OwnProbability:0.#####},{label.SuggestedProbability:0.#####}\n");
        }

        return rows.ToString();
    }

    /// <summary>A page that needs nothing but the images in its folder.</summary>
    private static string Page(string folder, string data, string findings)
    {
        const string style = """
            body { max-width: 1100px; }
            pre { background: #f6f8fa; padding: 1rem; white-space: pre-wrap; }
            img { margin: 1rem 0; border: 1px solid #d0d7de; }
            """;
        var title = $"Inspection of {data}";
        var images = Files.Where(file => file.EndsWith(".png", StringComparison.Ordinal) && File.Exists(Path.Combine(folder, file)));
        var wrongLabels = File.Exists(Path.Combine(folder, "wrong-labels.csv")) ? """, <a href="wrong-labels.csv">wrong-labels.csv</a>""" : "";
        return HtmlPage.Render(title, style, $"""
            <h1>{HtmlPage.Text(title)}</h1>
            <pre>{HtmlPage.Text(findings)}</pre>
            <p>Every finding with its file: <a href="problems.csv">problems.csv</a>{wrongLabels}.</p>
            {string.Concat(images.Select(file => $"<img src=\"{file}\" alt=\"{Path.GetFileNameWithoutExtension(file)}\">\n"))}
            """);
    }
}
