using System.Text.Json;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Summaries;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Summaries;

public sealed class RunReportTests : IDisposable
{
    private const int Angry = 0, Happy = 3, Sad = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Inside(string name) => _folder.Inside("report", name);

    private static void Write(RunReport report, string source, double seconds, params FacePrediction[] faces) => Write(report, 0, source, seconds, faces);

    private static void Write(RunReport report, long file, string source, double seconds, params FacePrediction[] faces)
    {
        using var frame = FacePredictions.Frame(new Size(64, 48), 90, faces);
        frame.Fill(0, TimeSpan.FromSeconds(seconds), source);
        frame.File = file;
        report.Write(frame);
    }

    private static FacePrediction Face(int track, int label) => FacePredictions.Face(track, new Rect(10, 10, 30, 30), label);

    private void WriteReport(ReportOptions? options = null)
    {
        using var report = new RunReport(LabelSet.Fer2013, options ?? new ReportOptions(_folder.Inside("report")));
        for (var tenth = 0; tenth < 100; tenth++)
        {
            // Two people; the second is there from 3 to 7 seconds, and the first becomes sad in the middle of a second.
            var first = Face(1, tenth < 56 ? Happy : Sad);
            Write(report, "talk <b>.mp4", tenth / 10.0, tenth is >= 30 and < 70 ? [first, Face(2, Angry)] : [first]);
        }

        Write(report, "second.mp4", 0, Face(1, Angry));
        Write(report, "second.mp4", 1, Face(1, Angry));
    }

    [Fact]
    public void The_timeline_has_a_row_for_each_second_in_which_a_track_was_seen()
    {
        WriteReport();

        var rows = File.ReadLines(Inside("timeline.csv")).Select(Csv.Fields).ToList();
        Assert.Equal(["source", "time", "track", "seconds", "label", "confidence", .. LabelSet.Fer2013], rows[0]);
        var one = rows.Where(row => row[0] == "talk <b>.mp4" && row[2] == "1").ToList();
        Assert.Equal(Enumerable.Range(0, 10).Select(second => $"{second}"), one.Select(row => row[1]));
        Assert.Equal([.. Enumerable.Repeat("happy", 6), .. Enumerable.Repeat("sad", 4)], one.Select(row => row[4]));
        Assert.All(one, row => Assert.Equal("1", row[3]));
        Assert.Equal(["3", "4", "5", "6"], rows.Where(row => row[2] == "2").Select(row => row[1]));
        Assert.Equal(["0", "1"], rows.Where(row => row[0] == "second.mp4").Select(row => row[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_video_that_is_listed_twice_is_twice_on_the_chart(int seconds)
    {
        using var report = new RunReport(LabelSet.Fer2013, new ReportOptions(_folder.Inside("report")));
        for (var file = 0; file < 2; file++)
        {
            for (var tenth = 0; tenth < 10 * seconds; tenth++)
            {
                Write(report, file, "talk.mp4", tenth / 10.0, Face(1, file == 0 ? Happy : Sad), Face(2, Angry));
            }
        }

        report.Dispose();

        var chart = TimelineReader.Read(Inside("timeline.csv"), report.Totals, step: 1);
        int?[] none = [.. Enumerable.Repeat<int?>(null, seconds)];
        Assert.Equal(4, chart.Lanes.Count);
        Assert.Equal([.. Enumerable.Repeat<int?>(Happy, seconds), .. none], chart.Lanes[0].Labels);
        Assert.Equal([.. none, .. Enumerable.Repeat<int?>(Sad, seconds)], chart.Lanes[2].Labels);
        Assert.True(File.Exists(Inside("report.html")));
    }

    [Fact]
    public void Frames_that_are_seconds_apart_fill_all_steps_between_them()
    {
        using (var report = new RunReport(LabelSet.Fer2013, new ReportOptions(_folder.Inside("report")) { Step = 0.5 }))
        {
            Write(report, "a.mp4", 0.25, Face(1, Happy));
            Write(report, "a.mp4", 2, Face(1, Sad));
        }

        var rows = File.ReadLines(Inside("timeline.csv")).Skip(1).Select(Csv.Fields).ToList();
        Assert.Equal(["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5"], rows.Select(row => row[1]));
        Assert.Equal(["0.25", "0.5", "0.5", "0.5", "0.5", "0.5", "0.5", "0.25"], rows.Select(row => row[3]));
        Assert.Equal(["happy", "sad"], rows.Select(row => row[4]).Distinct());
    }

    [Fact]
    public void The_summary_adds_up_to_what_was_put_in()
    {
        WriteReport();

        var summary = JsonDocument.Parse(File.ReadAllText(Inside("summary.json"))).RootElement;
        Assert.Equal(12, summary.GetProperty("seconds").GetDouble());
        var first = summary.GetProperty("tracks")[0];
        Assert.Equal(("happy", 10.0), (first.GetProperty("dominant").GetString(), first.GetProperty("seconds").GetDouble()));
        Assert.Equal(4.4, first.GetProperty("emotions").GetProperty("sad").GetProperty("seconds").GetDouble());
        Assert.Equal(6, first.GetProperty("changesPerMinute").GetDouble());
        var second = summary.GetProperty("tracks")[1];
        Assert.Equal((3.0, 7.0, 4.0), (second.GetProperty("first").GetDouble(), second.GetProperty("last").GetDouble(), second.GetProperty("seconds").GetDouble()));
        Assert.Equal(16, summary.GetProperty("videoFaces").GetProperty("seconds").GetDouble());
    }

    [Fact]
    public void The_page_needs_nothing_but_itself_and_shows_names_as_they_are()
    {
        WriteReport(new ReportOptions(_folder.Inside("report")) { Settings = [("input", "a & b")] });

        var page = File.ReadAllText(Inside("report.html"));
        Assert.Contains("talk &lt;b&gt;.mp4", page, StringComparison.Ordinal);
        Assert.Contains("a &amp; b", page, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.All(["http:", "https:", "<script", "<link", "image/jpeg"], text => Assert.DoesNotContain(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Seconds_without_a_label_have_a_column_of_their_own()
    {
        using var totals = new RunTotals(LabelSet.Fer2013);
        using (var report = new RunReport(LabelSet.Fer2013, new ReportOptions(_folder.Inside("report"))))
        {
            for (var second = 0; second < 4; second++)
            {
                using var frame = FacePredictions.Frame(new Size(64, 48), 90, Face(1, Happy) with { IsUncertain = second == 0 });
                frame.Fill(0, TimeSpan.FromSeconds(second), "a.mp4");
                report.Write(frame);
                totals.Write(frame);
            }
        }

        totals.Complete();
        Assert.Contains("<th>?</th>", File.ReadAllText(Inside("report.html")), StringComparison.Ordinal);
        Assert.Contains("<td>25%<br><span class=\"muted\">1.0 s</span></td></tr>", File.ReadAllText(Inside("report.html")), StringComparison.Ordinal);
        var table = SummaryTable.Render(totals)!.Split('\n');
        Assert.EndsWith("surprise    ?", table[0], StringComparison.Ordinal);
        Assert.EndsWith(" 25%", table[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_faces_are_on_the_page_only_where_they_are_asked_for()
    {
        WriteReport(new ReportOptions(_folder.Inside("report")) { HasFaces = true });

        Assert.Equal(3, File.ReadAllText(Inside("report.html")).Split("data:image/jpeg;base64,").Length - 1);
    }

    [Fact]
    public void The_chart_shows_every_label_in_the_color_of_its_overlay()
    {
        WriteReport();

        using var chart = new TestImage(Inside("timeline.png"));
        Assert.All(["#F0483E", "#FFC93C", "#4A90F0"], color => Assert.True(chart.Shows(color), color));
    }

    [Fact]
    public void A_report_about_images_has_no_timeline_and_leaves_none_of_an_earlier_report()
    {
        WriteReport();
        using (var report = new RunReport(LabelSet.Fer2013, new ReportOptions(_folder.Inside("report"))))
        {
            using var frame = FacePredictions.Frame(new Size(64, 48), 90, Face(1, Happy));
            frame.Fill(0, TimeSpan.Zero, "a.png", isStill: true);
            report.Write(frame);
        }

        Assert.False(File.Exists(Inside("timeline.csv")) || File.Exists(Inside("timeline.png")));
        Assert.Contains("happy: 100% of the faces", File.ReadAllText(Inside("report.html")), StringComparison.Ordinal);
    }
}
