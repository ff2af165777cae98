using Fer.Core.Detection.Tracking;

namespace Fer.Core.Tests.Detection.Tracking;

public sealed class SmoothedEmotionTests
{
    private static readonly float[] First = [0.9f, 0.1f], Second = [0.1f, 0.9f];

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    public void A_change_takes_the_same_time_at_every_frame_rate(int rate)
    {
        var emotion = new SmoothedEmotion(new TrackingOptions());
        var changed = TimeSpan.Zero;
        for (var frame = 0; frame < 4 * rate; frame++)
        {
            var time = TimeSpan.FromSeconds((double)frame / rate);
            emotion.Update(time.TotalSeconds < 2 ? First : Second, time);
            changed = changed == TimeSpan.Zero && emotion.Label == 1 ? time : changed;
        }

        // Half way plus the hysteresis of 0.1: 0.4 s * ln(0.8 / 0.35) = 0.33 s after the change, to a frame's length.
        Assert.InRange(changed.TotalSeconds - 2, 0.33 - 0.05, 0.33 + 0.11);
    }

    [Fact]
    public void The_smoothed_probability_is_nearly_the_same_at_10_and_at_60_frames_per_second()
    {
        float At(int rate)
        {
            var emotion = new SmoothedEmotion(new TrackingOptions());
            for (var frame = 0; frame <= rate; frame++)
            {
                emotion.Update(frame <= rate / 2 ? First : Second, TimeSpan.FromSeconds((double)frame / rate));
            }

            return emotion.Smoothed[1];
        }

        Assert.Equal(At(10), At(60), 0.02);
    }

    [Fact]
    public void Noise_around_a_tie_does_not_make_the_label_flicker()
    {
        var emotion = new SmoothedEmotion(new TrackingOptions());
        var labels = new List<int>();
        for (var frame = 0; frame < 300; frame++)
        {
            var noise = (frame * 7919 % 13 - 6) / 40f;
            emotion.Update([0.5f + noise, 0.5f - noise], TimeSpan.FromSeconds(frame / 30.0));
            labels.Add(emotion.Label);
        }

        Assert.Single(labels.Distinct());
    }

    [Fact]
    public void Smoothed_probabilities_sum_to_one_from_the_first_frame_on()
    {
        var emotion = new SmoothedEmotion(new TrackingOptions());
        for (var frame = 0; frame < 5; frame++)
        {
            emotion.Update(frame % 2 == 0 ? First : Second, TimeSpan.FromSeconds(frame / 30.0));
            Assert.Equal(1, emotion.Smoothed.Sum(), 1e-5);
        }
    }

    [Fact]
    public void The_first_frames_are_averaged_so_that_one_wrong_start_is_soon_forgotten()
    {
        var emotion = new SmoothedEmotion(new TrackingOptions());
        emotion.Update(First, TimeSpan.Zero);
        Assert.Equal(First, emotion.Smoothed);
        for (var frame = 1; frame <= 6; frame++)
        {
            emotion.Update(Second, TimeSpan.FromSeconds(frame / 30.0));
        }

        Assert.Equal(1, emotion.Label);
    }

    [Fact]
    public void Without_smoothing_every_frame_is_independent()
    {
        var emotion = new SmoothedEmotion(TrackingOptions.Raw);
        emotion.Update(First, TimeSpan.Zero);
        emotion.Update([0.49f, 0.51f], TimeSpan.FromSeconds(0.03));
        Assert.Equal(1, emotion.Label);
        Assert.Equal([0.49f, 0.51f], emotion.Smoothed);
    }

    [Fact]
    public void After_a_long_gap_only_the_new_frame_counts()
    {
        var emotion = new SmoothedEmotion(new TrackingOptions());
        emotion.Update(First, TimeSpan.Zero);
        emotion.Update(Second, TimeSpan.FromSeconds(30));
        Assert.Equal(0.9, emotion.Smoothed[1], 1e-4);
    }
}
