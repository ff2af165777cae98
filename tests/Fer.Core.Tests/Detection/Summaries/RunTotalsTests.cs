using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Summaries;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Summaries;

public sealed class RunTotalsTests : IDisposable
{
    private const int Happy = 3, Sad = 5;

    private readonly RunTotals _totals = new(LabelSet.Fer2013);

    public void Dispose() => _totals.Dispose();

    private static FacePrediction Face(int track, int label, float confidence = 0.8f) => FacePredictions.Face(track, new Rect(1, 1, 20, 20), label, confidence);

    private void Write(string source, double seconds, params FacePrediction[] faces)
    {
        using var frame = FacePredictions.Frame(new Size(64, 48), 0, faces);
        frame.Fill(0, TimeSpan.FromSeconds(seconds), source);
        frame.FramesPerSecond = 2;
        _totals.Write(frame);
    }

    [Fact]
    public void A_frame_counts_until_the_next_one_and_the_last_one_for_as_long_as_the_one_before()
    {
        Write("a.mp4", 0, Face(1, Happy));
        Write("a.mp4", 0.5, Face(1, Happy), Face(2, Sad));
        Write("a.mp4", 2, Face(1, Sad, 0.4f));
        _totals.Complete();

        Assert.Equal(3.5, Assert.Single(_totals.Sources).Seconds, 6);
        var (one, two) = (_totals.Tracks[0], _totals.Tracks[1]);
        Assert.Equal((0, 3.5, 3.5), (one.First, one.Last, one.Emotions.Amount));
        Assert.Equal((0.5, 2, 1.5), (two.First, two.Last, two.Emotions.Amount));
        Assert.Equal((2, 1.5), (one.Emotions.ByLabel[Happy], one.Emotions.ByLabel[Sad]));
        Assert.Equal(Happy, one.Emotions.Dominant);
        Assert.Equal((2 * 0.8 + 1.5 * 0.4) / 3.5, one.Emotions.Confidence, 6);
        Assert.Equal((1, 60 / 3.5), (one.Emotions.Changes, one.Emotions.ChangesPerMinute));
        Assert.Equal((5, 3, 1), (_totals.Videos.Amount, _totals.Videos.ByLabel[Sad], _totals.Videos.Changes));
    }

    [Fact]
    public void Tracks_of_the_next_video_are_others_although_their_ids_start_again()
    {
        Write("a.mp4", 0, Face(1, Happy));
        Write("b.mp4", 0, Face(1, Sad));
        _totals.Complete();

        Assert.Equal([("a.mp4", 1), ("b.mp4", 1)], _totals.Tracks.Select(track => (track.Source, track.Id)));
        Assert.Equal([0.5, 0.5], _totals.Sources.Select(source => source.Seconds));
        Assert.Equal(0, _totals.Videos.Changes);
    }

    [Fact]
    public void A_face_without_a_label_counts_as_seen_but_for_no_label_and_is_no_change()
    {
        Write("a.mp4", 0, Face(1, Happy));
        Write("a.mp4", 1, Face(1, Sad, 0.2f) with { IsUncertain = true });
        Write("a.mp4", 2, Face(1, Happy));
        _totals.Complete();

        Assert.Equal((3, 2, 1, 0), (_totals.Videos.Amount, _totals.Videos.ByLabel[Happy], _totals.Videos.Uncertain, _totals.Videos.Changes));
    }

    [Fact]
    public void A_predicted_box_is_not_counted_as_seen()
    {
        Write("a.mp4", 0, Face(1, Happy));
        Write("a.mp4", 1, Face(1, Happy) with { IsPredicted = true });
        _totals.Complete();

        Assert.Equal(1, _totals.Videos.Amount);
        Assert.Equal(2, Assert.Single(_totals.Sources).Seconds);
    }

    [Fact]
    public void A_pause_of_a_camera_counts_for_a_second_at_most()
    {
        foreach (var seconds in new[] { 0, 0.5, 60 })
        {
            using var frame = FacePredictions.Frame(new Size(64, 48), 0, Face(1, Happy));
            frame.Fill(0, TimeSpan.FromSeconds(seconds), "/dev/video0", takenAt: DateTimeOffset.UnixEpoch);
            _totals.Write(frame);
        }

        _totals.Complete();

        Assert.Equal(0.5 + 1 + 1, _totals.Videos.Amount, 6);
    }

    [Fact]
    public void Faces_of_images_are_counted_by_label()
    {
        for (var i = 0; i < 3; i++)
        {
            using var frame = FacePredictions.Frame(new Size(64, 48), 0, Face(1, i == 0 ? Sad : Happy), Face(2, Happy));
            frame.Fill(i, TimeSpan.Zero, $"{i}.png", isStill: true);
            _totals.Write(frame);
        }

        using var bad = new Frame();
        bad.Fail(3, "3.png", "damaged");
        _totals.Write(bad);

        Assert.Equal((6, 5, 1), (_totals.Images.Amount, _totals.Images.ByLabel[Happy], _totals.Images.ByLabel[Sad]));
        Assert.Equal((3, 3, 1, 0), (_totals.Frames, _totals.ImageCount, _totals.Failed, _totals.Tracks.Count));
    }

    [Fact]
    public void The_table_has_a_row_per_track_and_one_for_all()
    {
        Write("a.mp4", 0, Face(1, Happy), Face(2, Sad));
        Write("a.mp4", 2, Face(1, Happy));
        _totals.Complete();

        var lines = SummaryTable.Render(_totals)!.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("track  first   last   seen  dominant  confidence  changes/min  angry", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1      0.0 s  4.0 s  4.0 s  happy", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("all                  6.0 s  happy", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_image_and_a_run_without_faces_have_no_table()
    {
        using var frame = FacePredictions.Frame(new Size(64, 48), 0, Face(1, Happy));
        frame.Fill(0, TimeSpan.Zero, "a.png", isStill: true);
        _totals.Write(frame);
        Write("b.mp4", 0);
        _totals.Complete();

        Assert.Null(SummaryTable.Render(_totals));
    }
}
