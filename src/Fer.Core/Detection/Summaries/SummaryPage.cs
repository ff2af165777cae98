using System.Globalization;
using System.Text;
using Fer.Core.Reporting;

namespace Fer.Core.Detection.Summaries;

/// <summary><c>report.html</c>: the summary as one self-contained page, which opens from disk without a network.</summary>
internal sealed class SummaryPage(RunTotals totals, ReportOptions options)
{
    // A page with more rows is slow to open; summary.json has all of them.
    private const int MostTracks = 200;

    private const string Style = """
        body { max-width: 70rem; } th, td { white-space: nowrap; }
        th:first-child, td:first-child, .words td { text-align: left; } .words td { white-space: normal; overflow-wrap: anywhere; }
        .bar { display: flex; height: 1.6rem; border: 1px solid #d0d7de; } .bar span { overflow: hidden; font-size: .8rem; line-height: 1.6rem; padding-left: .3rem; box-sizing: border-box; min-width: 0; color: #24292f; }
        .tracks { font-size: .75rem; } .tracks th, .tracks td { padding: .2rem .25rem; }
        @media print { .tracks { font-size: .6rem; } }
        td img { display: block; width: 48px; height: 48px; }
        """;

    private const string Limits =
        "The network classifies facial expressions, not feelings: a smile is not happiness. It errs on single frames, on turned, "
        + "blurred, covered and badly lit faces, and not equally often for all groups of people. A track is a face that was followed "
        + "without a gap of more than a few seconds: a person who leaves and returns is a new track. Do not use these results to decide anything about a person.";

    private readonly string[] _colors = [.. LabelColors.Of(totals.Labels).Select(LabelColors.Hex)];
    private readonly StringBuilder _html = new();

    /// <summary>The page.</summary>
    /// <param name="chart">The file of the timeline, which becomes part of the page; null without one.</param>
    public string Render(string? chart)
    {
        _html.Append($"<h1>Emotions in {Text(Title())}</h1>\n<p>{Text(Facts())}</p>\n");
        Shares("Videos and live sources", totals.Videos, "of the seconds in which faces were seen");
        Shares("Images", totals.Images, "of the faces");
        if (chart is not null)
        {
            _html.Append($"<h2>Timeline</h2>\n<p>{HtmlPage.Image(chart, "Probabilities over time and the label of each track")}</p>\n");
            _html.Append(CultureInfo.InvariantCulture, $"<p class=\"muted\">Top: mean probabilities of all faces that were seen at a time. Below: the displayed label of each track. timeline.csv has the numbers in steps of {options.Step} s.</p>\n");
        }

        Tracks();
        Pairs("Settings", options.Settings);
        Pairs("Model", options.Model);
        _html.Append($"<h2>Limits</h2>\n<p>{Text(Limits)}</p>\n");
        return HtmlPage.Render("fer-detect report", Style, _html.ToString());
    }

    private string Title() => (totals.Sources.Count, totals.ImageCount) switch
    {
        (1, 0) => Path.GetFileName(totals.Sources[0].Name),
        (0, _) => totals.ImageCount == 1 ? "an image" : $"{totals.ImageCount} images",
        (_, 0) => $"{totals.Sources.Count} videos",
        _ => $"{totals.Sources.Count} videos and {totals.ImageCount} images",
    };

    private string Facts()
    {
        var seconds = totals.Sources.Sum(source => source.Seconds);
        var time = seconds > 0 ? $" over {TimeAxis.Name(seconds)}" : "";
        var failed = totals.Failed > 0 ? $"; {totals.Failed} files could not be read" : "";
        return $"{totals.Frames} frames{time}, {totals.FramesWithFaces} with faces, {totals.Tracks.Count} tracks{failed}.";
    }

    private void Shares(string heading, EmotionTotals emotions, string unit)
    {
        if (emotions.Amount <= 0)
        {
            return;
        }

        _html.Append($"<h2>{heading}</h2>\n<div class=\"bar\">");
        for (var label = 0; label < totals.Labels.Count; label++)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<span style=\"width:{100 * emotions.Share(label):0.##}%;background:{_colors[label]}{(emotions.Share(label) < 0.06 ? ";padding:0" : "")}\" title=\"{Text(totals.Labels[label])}\">{(emotions.Share(label) < 0.06 ? "" : Text(totals.Labels[label]))}</span>");
        }

        if (emotions.Uncertain > 0)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<span style=\"width:{100 * emotions.UncertainShare:0.##}%;padding:0\" title=\"no label: below the minimum confidence\">?</span>");
        }

        _html.Append("</div>\n<ul>\n");
        foreach (var label in Enumerable.Range(0, totals.Labels.Count).OrderByDescending(emotions.Share).Where(label => emotions.Share(label) > 0))
        {
            _html.Append($"<li>{Text(totals.Labels[label])}: {SummaryTable.Percent(emotions.Share(label))} {unit}</li>\n");
        }

        var uncertain = emotions.Uncertain > 0 ? $"; no label for {SummaryTable.Percent(emotions.UncertainShare)}, below the minimum confidence" : "";
        _html.Append($"</ul>\n<p>Mean confidence {SummaryTable.Percent(emotions.Confidence)}{uncertain}.</p>\n");
    }

    private void Tracks()
    {
        if (totals.Tracks.Count == 0)
        {
            return;
        }

        var shown = totals.Tracks.OrderByDescending(track => track.Emotions.Amount).Take(MostTracks).ToHashSet();
        var hasFaces = totals.Tracks.Any(track => track.Face is not null);
        // The page's title names a single source.
        var hasSources = totals.Sources.Count > 1;
        string[] uncertain = totals.HasUncertain ? [SummaryTable.Uncertain] : [];
        string[] columns =
        [
            .. hasFaces ? ["face"] : Array.Empty<string>(), "track", .. hasSources ? ["source"] : Array.Empty<string>(),
            "first", "last", "seen", "dominant", "confidence", "changes/min", .. totals.Labels, .. uncertain,
        ];
        _html.Append("<h2>Tracks</h2>\n<div class=\"scroll\"><table class=\"tracks\">\n<tr>").AppendJoin("", columns.Select(column => $"<th>{Text(column)}</th>")).Append("</tr>\n");
        foreach (var track in totals.Tracks.Where(shown.Contains))
        {
            var image = track.Face is { } face ? $"<img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(face)}\">" : "";
            var emotions = track.Emotions;
            string[] cells =
            [
                $"{track.Id}", .. hasSources ? [Text(Path.GetFileName(track.Source))] : Array.Empty<string>(), TimeAxis.Name(track.First), TimeAxis.Name(track.Last), SummaryTable.Seconds(emotions.Amount),
                Text(SummaryTable.Dominant(totals, emotions)), SummaryTable.Percent(emotions.Confidence), string.Create(CultureInfo.InvariantCulture, $"{emotions.ChangesPerMinute:0.0}"),
                .. totals.Labels.Select((_, label) => Part(emotions.Share(label), emotions.ByLabel[label])),
                .. uncertain.Select(_ => Part(emotions.UncertainShare, emotions.Uncertain)),
            ];
            _html.Append("<tr>").Append(hasFaces ? $"<td>{image}</td>" : "").AppendJoin("", cells.Select(cell => $"<td>{cell}</td>")).Append("</tr>\n");
        }

        _html.Append("</table></div>\n");
        if (totals.Tracks.Count > shown.Count)
        {
            _html.Append($"<p class=\"muted\">The {MostTracks} tracks that were seen longest; summary.json has all {totals.Tracks.Count}.</p>\n");
        }
    }

    private static string Part(double share, double seconds) => $"{SummaryTable.Percent(share)}<br><span class=\"muted\">{SummaryTable.Seconds(seconds)}</span>";

    private void Pairs(string heading, IReadOnlyList<(string Name, string Value)> pairs)
    {
        _html.Append($"<h2>{heading}</h2>\n<table class=\"words\">\n");
        foreach (var (name, value) in pairs)
        {
            _html.Append($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        }

        _html.Append("</table>\n");
    }

    private static string Text(string text) => HtmlPage.Text(text);
}
