using Fer.Core.Training;
using Fer.Train;

namespace Fer.Cli.Tests;

public sealed class TrainingForecastTests
{
    private static readonly TrainingOptions Options = new() { Data = "d", Output = "o" };

    private static string?[] Said(TrainingOptions options, bool isResumed, TimeSpan remaining)
    {
        var forecast = new TrainingForecast(options, isResumed);
        return [.. Enumerable.Range(1, 100).Select(step => forecast.After(new TrainingProgress(1, step, 225, 1.9, 208.6, remaining))).Where(said => said is not null)];
    }

    [Fact]
    public void A_long_training_says_once_how_long_it_takes_and_what_makes_it_shorter()
    {
        var said = Assert.Single(Said(Options, isResumed: false, TimeSpan.FromHours(3.5)));

        Assert.Equal("about 3h 30m at 209 images/s; shorter with fewer --epochs, or a narrower network (--width 16: about 25% of the work); Ctrl+C saves, --resume continues", said);
    }

    [Fact]
    public void A_short_one_says_nothing() => Assert.Empty(Said(Options, isResumed: false, TimeSpan.FromMinutes(9)));

    [Fact]
    public void Nothing_is_foretold_where_later_steps_take_another_time() => Assert.All(
        [Options with { Teachers = ["t.pt"], TeacherViews = 10 }, Options with { Sam = 0.05, FrozenEpochs = 3 }],
        options => Assert.Empty(Said(options, isResumed: false, TimeSpan.FromHours(3))));

    [Fact]
    public void No_other_network_is_advised_where_it_can_no_longer_change() => Assert.All(
        [Said(Options, isResumed: true, TimeSpan.FromHours(1)), Said(Options with { Init = "fer.pt" }, isResumed: false, TimeSpan.FromHours(1)), Said(Options.Classic(), isResumed: false, TimeSpan.FromHours(1))],
        said => Assert.DoesNotContain("--width", Assert.Single(said), StringComparison.Ordinal));
}
