using System.Text.Json;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class JsonLinesSinkTests
{
    private static JsonElement[] Write(params Frame[] frames)
    {
        using var stream = new MemoryStream();
        using (var sink = new JsonLinesSink(LineWriter.To(stream), LabelSet.Fer2013))
        {
            foreach (var frame in frames)
            {
                Assert.True(sink.Write(frame));
                frame.Dispose();
            }
        }

        var text = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    [Fact]
    public void A_line_holds_the_frame_and_every_face_with_all_probabilities()
    {
        var face = FacePredictions.Face(4, new Rect(1, 2, 30, 40)) with { Smoothed = [0, 0, 0, 0.5f, 0.5f, 0, 0] };
        var line = Assert.Single(Write(FacePredictions.Frame(new Size(64, 48), 0, face)));
        Assert.Equal((7, 0.25, 64, 48), (line.GetProperty("frame").GetInt32(), line.GetProperty("time").GetDouble(), line.GetProperty("width").GetInt32(), line.GetProperty("height").GetInt32()));
        Assert.Equal("a \"quoted\", name.mp4", line.GetProperty("source").GetString());
        var written = Assert.Single(line.GetProperty("faces").EnumerateArray());
        Assert.Equal(4, written.GetProperty("id").GetInt32());
        Assert.Equal([1, 2, 30, 40], written.GetProperty("box").EnumerateObject().Select(side => side.Value.GetInt32()));
        Assert.Equal(("happy", 0.5), (written.GetProperty("label").GetString(), written.GetProperty("confidence").GetDouble()));
        Assert.Equal(LabelSet.Fer2013, written.GetProperty("probabilities").EnumerateObject().Select(entry => entry.Name));
        Assert.Equal(0.75, written.GetProperty("probabilities").GetProperty("happy").GetDouble());
        Assert.Equal(0.5, written.GetProperty("smoothed").GetProperty("neutral").GetDouble());
    }

    [Fact]
    public void A_frame_without_a_face_is_a_line_with_an_empty_list()
    {
        var line = Assert.Single(Write(FacePredictions.Frame(new Size(64, 48))));
        Assert.Equal(0, line.GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public void A_predicted_box_is_not_a_detection_and_is_left_out()
    {
        var line = Assert.Single(Write(FacePredictions.Frame(new Size(64, 48), 0, FacePredictions.Face(1, new Rect(0, 0, 9, 9), isPredicted: true))));
        Assert.Equal(0, line.GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public void A_live_frame_says_when_it_was_taken()
    {
        var frame = FacePredictions.Frame(new Size(64, 48));
        frame.TakenAt = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var line = Assert.Single(Write(frame));
        Assert.Equal(frame.TakenAt, line.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal(0, line.GetProperty("dropped").GetInt32());
    }

    [Fact]
    public void The_file_appears_with_the_first_frame_and_not_before()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Inside("out.jsonl");
        using (var sink = new JsonLinesSink(LineWriter.To(path, "--json"), LabelSet.Fer2013))
        {
            Assert.False(File.Exists(path));
            sink.Write(FacePredictions.Frame(new Size(8, 8)));
        }

        Assert.Single(File.ReadLines(path));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_rejected_before_any_work()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("--json", Assert.Throws<FerException>(() => LineWriter.To(folder.Path, "--json")).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<FerException>(() => LineWriter.To(Path.Combine(folder.Path, "no", "out.jsonl"), "--json")).Message, StringComparison.Ordinal);
    }
}
