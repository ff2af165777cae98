using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fer.Core.Detection.Summaries;

/// <summary><c>summary.json</c>, as <c>docs/schemas/detect-summary.schema.json</c> describes it.</summary>
internal static class SummaryJson
{
    private const int Version = 1;

    public static void Write(string path, RunTotals totals, ReportOptions options)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        Pairs(json, "model", options.Model);
        Pairs(json, "settings", options.Settings);
        json.WriteStartArray("labels");
        foreach (var label in totals.Labels)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        json.WriteNumber("frames", totals.Frames);
        json.WriteNumber("framesWithFaces", totals.FramesWithFaces);
        json.WriteNumber("images", totals.ImageCount);
        json.WriteNumber("failed", totals.Failed);
        json.WriteNumber("seconds", Round(totals.Sources.Sum(source => source.Seconds)));
        json.WriteStartArray("sources");
        foreach (var source in totals.Sources)
        {
            json.WriteStartObject();
            json.WriteString("source", source.Name);
            json.WriteNumber("seconds", Round(source.Seconds));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Emotions(json, "imageFaces", totals, totals.Images, "faces");
        Emotions(json, "videoFaces", totals, totals.Videos, "seconds");
        json.WriteStartArray("tracks");
        foreach (var track in totals.Tracks)
        {
            json.WriteStartObject();
            json.WriteString("source", track.Source);
            json.WriteNumber("id", track.Id);
            json.WriteNumber("first", Round(track.First));
            json.WriteNumber("last", Round(track.Last));
            Members(json, totals, track.Emotions, "seconds");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Pairs(Utf8JsonWriter json, string name, IReadOnlyList<(string Name, string Value)> pairs)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void Emotions(Utf8JsonWriter json, string name, RunTotals totals, EmotionTotals emotions, string unit)
    {
        json.WriteStartObject(name);
        Members(json, totals, emotions, unit);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, RunTotals totals, EmotionTotals emotions, string unit)
    {
        json.WriteNumber(unit, Round(emotions.Amount));
        json.WriteString("dominant", emotions.Dominant is { } label ? totals.Labels[label] : null);
        json.WriteNumber("confidence", Round(emotions.Confidence));
        if (unit == "seconds")
        {
            json.WriteNumber("changesPerMinute", Round(emotions.ChangesPerMinute));
        }

        json.WriteNumber("uncertain", Round(emotions.Uncertain));
        json.WriteStartObject("emotions");
        for (var index = 0; index < totals.Labels.Count; index++)
        {
            json.WriteStartObject(totals.Labels[index]);
            json.WriteNumber(unit, Round(emotions.ByLabel[index]));
            json.WriteNumber("share", Round(emotions.Share(index)));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static double Round(double value) => Math.Round(double.IsFinite(value) ? value : 0, 4);
}
