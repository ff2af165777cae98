using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateCurve.Cosine)]
    [InlineData(LearningRateCurve.Linear)]
    public void The_rate_rises_to_its_peak_and_falls_to_nothing(LearningRateCurve curve)
    {
        var schedule = new LearningRateSchedule(curve, 0.1, 1000, 0.2);
        double[] rates = [.. Enumerable.Range(0, 1000).Select(step => schedule.At(step))];

        Assert.All(rates, rate => Assert.InRange(rate, 0, 0.1));
        Assert.Equal(200, Array.IndexOf(rates, rates.Max()), 1.0);
        Assert.Equal(rates[..199].Order(), rates[..199]);
        Assert.Equal(rates[200..].OrderDescending(), rates[200..]);
        Assert.InRange(rates[999], 0, 0.0005);
    }

    [Fact]
    public void A_constant_rate_without_warm_up_never_moves()
    {
        var schedule = new LearningRateSchedule(LearningRateCurve.Constant, 0.001, 50, 0);

        Assert.All(Enumerable.Range(0, 60), step => Assert.Equal(0.001, schedule.At(step)));
    }
}
