using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;
using Fer.Core.Training;

namespace Fer.Core.Tests.Reporting;

public sealed class TrainingChartsTests : IDisposable
{
    private const string Blue = "#0072B2", Vermilion = "#D55E00", Background = "#FFFFFF";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(36)]
    [InlineData(1000)]
    public void Both_curves_are_drawn_for_any_number_of_epochs(int epochs)
    {
        TrainingCharts.Loss(_folder.Inside("loss.png"), History(epochs), epochs);
        TrainingCharts.Accuracy(_folder.Inside("accuracy.png"), History(epochs), epochs);

        foreach (var name in (string[])["loss.png", "accuracy.png"])
        {
            using var chart = new TestImage(_folder.Inside(name));
            Assert.Equal((1640, 960), (chart.Width, chart.Height));
            Assert.True(chart.Shows(Blue) && chart.Shows(Vermilion) && chart.Shows(Background));
            // The legend has both colors too, but side by side.
            Assert.True(epochs == 1 || (Extent(chart, Blue).Width > 500 && Extent(chart, Vermilion).Width > 500));
        }

        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void The_same_history_gives_the_same_file()
    {
        TrainingCharts.Loss(_folder.Inside("a.png"), History(5), 3);
        TrainingCharts.Loss(_folder.Inside("b.png"), History(5), 3);

        Assert.Equal(File.ReadAllBytes(_folder.Inside("a.png")), File.ReadAllBytes(_folder.Inside("b.png")));
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_left_out()
    {
        var history = History(4);
        history[3] = history[3] with { TrainLoss = double.NaN, ValidationLoss = double.PositiveInfinity };
        TrainingCharts.Loss(_folder.Inside("loss.png"), history, 4);

        TrainingCharts.Loss(_folder.Inside("finite.png"), History(4), 4);

        using var chart = new TestImage(_folder.Inside("loss.png"));
        using var finite = new TestImage(_folder.Inside("finite.png"));
        // Three points of four.
        Assert.All([Blue, Vermilion], color => Assert.InRange((double)Extent(chart, color).Width / Extent(finite, color).Width, 0.55, 0.8));
    }

    [Fact]
    public void A_chart_that_cannot_be_written_is_reported_with_its_path()
    {
        File.WriteAllText(_folder.Inside("file"), "");
        var path = Path.Combine(_folder.Path, "file", "loss.png");

        var failure = Assert.Throws<FerException>(() => TrainingCharts.Loss(path, History(2), 1));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(50)]
    public void A_perfect_network_has_a_dark_diagonal_on_a_pale_square(int labels)
    {
        TrainingCharts.Confusion(_folder.Inside("confusion.png"), new ConfusionMatrix(Perfect(labels)));

        using var chart = new TestImage(_folder.Inside("confusion.png"));
        var (dark, pale) = (Extent(chart, "#08306B"), Extent(chart, "#F2F5F8"));
        Assert.Equal(dark.Width, dark.Height, 4.0);
        Assert.Equal(dark, pale);
        Assert.Equal("#08306B", Hex(chart, dark.Left + 3, dark.Top + 3));
        Assert.Equal("#F2F5F8", Hex(chart, dark.Left + dark.Width - 3, dark.Top + 3));
    }

    [Fact]
    public void Long_label_names_stay_on_the_image()
    {
        var labels = new LabelSet(["a name of exactly 20", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"]);
        TrainingCharts.Confusion(_folder.Inside("confusion.png"), new ConfusionMatrix(new Predictions(labels, [0, 1], [[1, 0], [0, 1]])));

        using var chart = new TestImage(_folder.Inside("confusion.png"));
        Assert.DoesNotContain(chart.Where(pixel => pixel.Red < 250), place => place.X < 4 || place.X >= chart.Width - 4 || place.Y < 4 || place.Y >= chart.Height - 4);
    }

    [Fact]
    public void The_reliability_chart_shows_the_network_before_and_after_the_temperature()
    {
        TrainingCharts.Reliability(_folder.Inside("both.png"), Perfect(7), 2);
        TrainingCharts.Reliability(_folder.Inside("one.png"), Perfect(7), 1);

        using var both = new TestImage(_folder.Inside("both.png"));
        using var one = new TestImage(_folder.Inside("one.png"));
        // From the legend, above the data, to the point: the two points differ in confidence, so neither hides the other.
        Assert.True(Extent(both, Blue).Height > 20 && Extent(both, Vermilion).Height > 20);
        Assert.True(Extent(one, Blue).Height > 20 && !one.Shows(Vermilion));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.8, true)]
    [InlineData(1, true)]
    public void Counts_are_readable_on_every_blue(double share, bool isWhite)
    {
        var text = ConfusionChart.ReadableOn(ConfusionChart.CellColor(share));

        Assert.Equal(isWhite, text == ScottPlot.Colors.White);
    }

    [Fact]
    public void Bins_of_a_few_images_are_not_drawn_in_the_reliability_chart()
    {
        var labels = new LabelSet(["a", "b"]);
        Predictions Copies(int count) => new(labels, new int[count], [.. Enumerable.Repeat(new float[] { 1, 0 }, count)]);
        TrainingCharts.Reliability(_folder.Inside("few.png"), Copies(4), 1);
        TrainingCharts.Reliability(_folder.Inside("enough.png"), Copies(5), 1);

        using var few = new TestImage(_folder.Inside("few.png"));
        using var enough = new TestImage(_folder.Inside("enough.png"));
        Assert.True(Dots(enough) > Dots(few) + 50, $"{Dots(enough)} and {Dots(few)} blue pixels");

        static int Dots(TestImage chart) => chart.Where(pixel => pixel == SkiaSharp.SKColor.Parse(Blue)).Count();
    }

    private static EpochMetrics[] History(int epochs) =>
    [
        .. Enumerable.Range(1, epochs).Select(epoch => new EpochMetrics(epoch, 0.001, 0.4 + 1.0 / epoch, 0.9 - 0.5 / epoch, 1 + 0.7 / epoch, 0.6 - 0.3 / epoch, 30, 900)),
    ];

    private static Predictions Perfect(int labels)
    {
        int[] target = [.. Enumerable.Range(0, labels)];
        return new Predictions(new LabelSet(target.Select(label => $"label {label}")), target, [.. target.Select(label => target.Select(other => other == label ? 3f : 0f).ToArray())]);
    }

    private static (int Left, int Top, int Width, int Height) Extent(TestImage chart, string color)
    {
        var places = chart.Where(pixel => pixel == SkiaSharp.SKColor.Parse(color)).ToArray();
        var (left, top) = (places.Min(place => place.X), places.Min(place => place.Y));
        return (left, top, places.Max(place => place.X) - left, places.Max(place => place.Y) - top);
    }

    private static string Hex(TestImage chart, int x, int y) => $"#{(uint)chart.At(x, y) & 0xFFFFFF:X6}";
}
