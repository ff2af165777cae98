using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;
using SkiaSharp;

namespace Fer.Core.Tests.Reporting;

/// <summary>Charts with labels of several scripts at once. Two words of a script differ, unless both are drawn as boxes.</summary>
public sealed class ChartNamesTests : IDisposable
{
    private static readonly string[] Others = ["glücklich", "سعيد", "счастье"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("快乐", "悲伤")]
    [InlineData("행복", "슬픔")]
    [InlineData("حزين", "غاضب")]
    [InlineData("happy 快乐", "happy 悲伤")]
    public void Labels_of_several_scripts_are_readable_on_the_same_chart(string one, string other)
    {
        foreach (var text in (string[])[one, other, .. Others])
        {
            Assert.SkipUnless(HasFont(text), $"no font has the letters of {text}");
        }

        Assert.NotEqual(Confusion(one), Confusion(other));
        Assert.NotEqual(Times(one), Times(other));
    }

    [Fact]
    public void Names_stand_beside_the_data_and_not_on_it()
    {
        File.WriteAllBytes(_folder.Inside("short.png"), Confusion("a"));
        using var chart = new TestImage(_folder.Inside("short.png"));
        var data = chart.Where(pixel => pixel == SKColor.Parse("#08306B")).ToArray();
        var (left, bottom) = (data.Min(place => place.X), data.Max(place => place.Y));

        Assert.Contains(chart.Where(IsMuted), place => place.X < left - 4 && place.Y < bottom);
        Assert.Contains(chart.Where(IsMuted), place => place.X > left && place.Y > bottom + 4);
        Assert.DoesNotContain(chart.Where(IsMuted), place => place.X > left && place.Y < bottom && place.Y > data.Min(cell => cell.Y));

        static bool IsMuted(SKColor pixel) => pixel == SKColor.Parse("#6E7781");
    }

    private static bool HasFont(string text) => text.EnumerateRunes().All(letter => SKFontManager.Default.FontFamilies.Any(family =>
    {
        using var typeface = SKTypeface.FromFamilyName(family);
        return typeface.ContainsGlyph(letter.Value);
    }));

    private byte[] Confusion(string label)
    {
        LabelSet labels = new([label, .. Others]);
        int[] targets = [0, 1, 2, 3];
        var predictions = new Predictions(labels, targets, [.. targets.Select(target => targets.Select(other => other == target ? 3f : 0f).ToArray())]);
        TrainingCharts.Confusion(_folder.Inside("confusion.png"), new ConfusionMatrix(predictions));
        return File.ReadAllBytes(_folder.Inside("confusion.png"));
    }

    private byte[] Times(string label)
    {
        LabelSet labels = new([label, .. Others]);
        TimelineChart.Save(_folder.Inside("timeline.png"), new Timeline(labels, 1, 4, [.. labels.Select(_ => new double[] { 0.25, 0.25, 0.25, 0.25 })], [new TimelineLane("1", [0, 0, 0, 1])], [new TimelineMark(0, "a.mp4")]));
        return File.ReadAllBytes(_folder.Inside("timeline.png"));
    }
}
