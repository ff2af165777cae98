using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Tracking;

public sealed class FaceTrackerTests
{
    private static TimeSpan At(int frame, double rate = 30) => TimeSpan.FromSeconds(frame / rate);

    private static Rect Box(double x, double y = 100, int size = 100) => new((int)x, (int)y, size, size);

    [Fact]
    public void A_face_that_moves_keeps_its_track_id()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        for (var frame = 0; frame < 60; frame++)
        {
            Assert.Equal(1, Assert.Single(tracker.Update([Box(8 * frame)], At(frame))).Id);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    public void Faces_that_cross_keep_their_track_ids_although_one_hides_the_other_for_a_moment(int rate)
    {
        var tracker = new FaceTracker(new TrackingOptions());
        var ids = new List<int[]>();
        for (var frame = 0; frame <= 3 * rate; frame++)
        {
            var seconds = (double)frame / rate;
            var (left, right) = (Box(100 + 150 * seconds), Box(550 - 150 * seconds, 130));
            // The detector sees one face where two overlap by more than half.
            Rect[] boxes = Math.Abs(left.X - right.X) < 50 ? [left] : [left, right];
            ids.Add([.. tracker.Update(boxes, At(frame, rate)).Select(face => face.Id)]);
        }

        Assert.All(ids, found => Assert.Equal(1, found[0]));
        Assert.All(ids.Where(found => found.Length == 2), found => Assert.Equal(2, found[1]));
    }

    [Fact]
    public void The_order_of_the_boxes_does_not_matter()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        tracker.Update([Box(0), Box(300)], At(0));
        Assert.Equal([2, 1], tracker.Update([Box(302), Box(2)], At(1)).Select(face => face.Id));
    }

    [Fact]
    public void A_face_that_is_missed_is_displayed_for_a_moment_and_then_removed()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        tracker.Update([Box(100)], At(0));
        tracker.Update([], At(5));
        Assert.Equal(1, Assert.Single(tracker.Lost).Id);
        tracker.Update([], At(20));
        Assert.Empty(tracker.Lost);
    }

    [Fact]
    public void A_face_that_reappears_soon_keeps_its_track_id_and_later_gets_a_new_one()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        tracker.Update([Box(100)], At(0));
        Assert.Equal(1, Assert.Single(tracker.Update([Box(105)], At(20))).Id);
        Assert.Equal(2, Assert.Single(tracker.Update([Box(105)], At(90))).Id);
    }

    [Fact]
    public void A_face_far_away_or_of_another_size_is_another_face()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        tracker.Update([Box(0)], At(0));
        Assert.Equal(2, Assert.Single(tracker.Update([Box(200)], At(1))).Id);
        Assert.Equal(3, Assert.Single(tracker.Update([Box(175, 75, 350)], At(2))).Id);
    }

    [Fact]
    public void The_jitter_of_the_detector_is_damped()
    {
        var tracker = new FaceTracker(new TrackingOptions());
        var widths = new List<int>();
        for (var frame = 0; frame < 60; frame++)
        {
            var jitter = frame % 2 == 0 ? 8 : -8;
            var face = Assert.Single(tracker.Update([new Rect(100 - jitter, 100 - jitter, 100 + 2 * jitter, 100 + 2 * jitter)], At(frame)));
            widths.Add(face.Box.Width);
        }

        var steps = widths.Zip(widths.Skip(1), (a, b) => Math.Abs(a - b)).Skip(10);
        Assert.True(steps.Max() < 20, $"the box still jumps by {steps.Max()} of 32 pixels");
    }

    [Fact]
    public void Without_smoothing_boxes_are_those_of_the_detector_and_none_is_predicted()
    {
        var tracker = new FaceTracker(TrackingOptions.Raw);
        tracker.Update([Box(100)], At(0));
        Assert.Equal(Box(117, 90), Assert.Single(tracker.Update([Box(117, 90)], At(1))).Box);
        tracker.Update([], At(2));
        Assert.Empty(tracker.Lost);
    }

    [Fact]
    public void A_face_that_must_stay_hidden_is_held_without_smoothing_too()
    {
        var tracker = new FaceTracker(TrackingOptions.Raw.ThatHideFaces());
        tracker.Update([Box(100)], At(0));
        tracker.Update([], At(2));
        Assert.Single(tracker.Lost);
    }

    [Fact]
    public void A_face_that_must_stay_hidden_is_held_for_two_seconds_at_the_edge_of_the_image_too()
    {
        var tracker = new FaceTracker(new TrackingOptions().ThatHideFaces());
        tracker.Update([Box(560)], At(0));
        foreach (var (frame, held) in new[] { (15, 1), (16, 1), (60, 1), (61, 0) })
        {
            tracker.RemoveLeft(new Rect(0, 0, 640, 480), At(frame));
            tracker.Update([], At(frame));
            Assert.Equal(held, tracker.Lost.Count);
        }
    }
}
