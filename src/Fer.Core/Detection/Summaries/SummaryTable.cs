using System.Globalization;

namespace Fer.Core.Detection.Summaries;

/// <summary>The summary of a run as a table for people.</summary>
public static class SummaryTable
{
    // More rows would push the important ones off the screen.
    private const int MostTracks = 20;

    /// <summary>A row per track and one for all of them; a row for all images. Null where there is nothing to sum up: a single image, or no face.</summary>
    public static string? Render(RunTotals totals)
    {
        var parts = new[] { Videos(totals), Images(totals) }.OfType<string>().ToList();
        return parts.Count > 0 ? string.Join('\n', parts) : null;
    }

    private static string? Videos(RunTotals totals)
    {
        if (totals.Tracks.Count == 0)
        {
            return null;
        }

        var shown = totals.Tracks.OrderByDescending(track => track.Emotions.Amount).Take(MostTracks).ToHashSet();
        string[] file = totals.Sources.Count > 1 ? ["file"] : [];
        var table = new TextTable([.. file, "track", "first", "last", "seen", "dominant", "confidence", "changes/min", .. totals.Labels])
        {
            LeftColumns = [0, file.Length, file.Length + 4],
        };
        foreach (var track in totals.Tracks.Where(shown.Contains))
        {
            string[] source = file.Length > 0 ? [Path.GetFileName(track.Source)] : [];
            table.Add([.. source, $"{track.Id}", Seconds(track.First), Seconds(track.Last), .. Cells(totals, track.Emotions)]);
        }

        string[] all = [.. file.Select(_ => ""), "all", "", ""];
        table.Add([.. all, .. Cells(totals, totals.Videos)]);
        var left = totals.Tracks.Count - shown.Count;
        return $"{table}{(left > 0 ? $"and {left} tracks that were seen for a shorter time; --report lists them all\n" : "")}";
    }

    private static string? Images(RunTotals totals)
    {
        if (totals.ImageCount < 2 || totals.Images.Amount <= 0)
        {
            return null;
        }

        var table = new TextTable(["images", "faces", "dominant", "confidence", .. totals.Labels]) { LeftColumns = [2] };
        table.Add(
        [
            $"{totals.ImageCount}", string.Create(CultureInfo.InvariantCulture, $"{totals.Images.Amount:0}"), Dominant(totals, totals.Images), Percent(totals.Images.Confidence),
            .. totals.Labels.Select((_, label) => Percent(totals.Images.Share(label))),
        ]);
        return table.ToString();
    }

    private static IEnumerable<string> Cells(RunTotals totals, EmotionTotals emotions) =>
    [
        Seconds(emotions.Amount), Dominant(totals, emotions), Percent(emotions.Confidence), string.Create(CultureInfo.InvariantCulture, $"{emotions.ChangesPerMinute:0.0}"),
        .. totals.Labels.Select((_, label) => Percent(emotions.Share(label))),
    ];

    internal static string Dominant(RunTotals totals, EmotionTotals emotions) => emotions.Dominant is { } label ? totals.Labels[label] : "?";

    internal static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(double.IsFinite(seconds) ? seconds : 0):0.0} s");

    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0}%");
}
