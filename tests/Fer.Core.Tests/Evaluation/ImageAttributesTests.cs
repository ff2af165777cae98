using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Evaluation;

public sealed class ImageAttributesTests : IDisposable
{
    private static readonly string[] Paths = ["data/test/happy/1.png", "data/test/happy/2.png", "data/test/sad/1.png"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_names_its_image_by_the_path_or_its_last_parts()
    {
        var groups = Read("\uFEFFpath,gender,\"age, years\"\ndata/test/happy/1.png,female,20\n./happy/2.png,\"male\",\nsad\\1.png,female,30\nother.png,male,40\n");

        Assert.Equal(["gender", "age, years"], groups.Attributes);
        Assert.Equal(["female", "male", "female"], groups.Values[0]);
        Assert.Equal(["20", "", "30"], groups.Values[1]);
        Assert.Equal((3, 1), (groups.Images, groups.UnusedRows));
    }

    [Theory]
    [InlineData("", "names none of the images")]
    [InlineData("gender,path\nx,1.png\n", "first line must be path")]
    [InlineData("path\n2.png\n", "first line must be path")]
    [InlineData("path,gender\n2.png\n", "line 2: 1 columns instead of 2")]
    [InlineData("path,gender\n1.png,male\n", "name more of the path")]
    [InlineData("path,gender\n2.png,male\nhappy/2.png,male\n", "line 3: happy/2.png has a row already")]
    [InlineData("path,gender\nnone.png,male\n", "data/test/happy/1.png")]
    public void A_table_that_does_not_fit_is_refused_with_its_place(string csv, string expected)
    {
        var failure = Assert.Throws<FerException>(() => Read(csv));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("groups.csv", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_identifier_is_no_group()
    {
        string[] paths = [.. Enumerable.Range(0, 60).Select(image => $"{image}.png")];
        File.WriteAllText(_folder.Inside("groups.csv"), "path,subject\n" + string.Concat(paths.Select(path => $"{path},{path}\n")));

        var failure = Assert.Throws<FerException>(() => ImageAttributes.Read(_folder.Inside("groups.csv"), paths));

        Assert.Contains("'subject' has 60 values", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_gap_is_between_the_best_and_the_worst_group_with_enough_images()
    {
        var (good, bad) = (DrawnPredictions.Of(300, 0.9), DrawnPredictions.Of(300, 0.6, stream: 1));
        var all = DrawnPredictions.Outcomes(good with { Targets = [.. good.Targets, .. bad.Targets], Logits = [.. good.Logits, .. bad.Logits] });
        // The last group is the worst by far, but of three images.
        string[] groups = [.. Enumerable.Range(0, 600).Select(image => image < 300 ? "old" : image < 597 ? "young" : "rare")];

        var report = AttributeReport.Of(all, "age", groups, TestContext.Current.CancellationToken);

        Assert.Equal([("old", 300), ("rare", 3), ("young", 297)], report.Groups.Select(group => (group.Group, group.Images)));
        var gap = report.Gaps[0];
        Assert.Equal(("accuracy", "old", "young"), (gap.Figure, gap.Highest, gap.Lowest));
        Assert.Equal(report.Groups[0].Figures[0].Value - report.Groups[2].Figures[0].Value, gap.Gap, 12);
        Assert.InRange(gap.Gap, gap.Low, gap.High);
        Assert.True(gap.Low > 0.15 && gap.High < 0.45);
    }

    [Fact]
    public void Groups_of_which_all_predictions_are_correct_may_differ_nevertheless()
    {
        var outcomes = DrawnPredictions.Outcomes(DrawnPredictions.Of(60, 1));

        var report = AttributeReport.Of(outcomes, "age", [.. Enumerable.Range(0, 60).Select(image => image < 30 ? "old" : "young")], TestContext.Current.CancellationToken);

        // 30 of 30 has the interval from 0.886 on.
        Assert.Equal((0, -0.114, 0.114), (report.Gaps[0].Gap, Math.Round(report.Gaps[0].Low, 3), Math.Round(report.Gaps[0].High, 3)));
    }

    [Fact]
    public void A_single_group_has_no_gap()
    {
        var outcomes = DrawnPredictions.Outcomes(DrawnPredictions.Of(60, 0.9));

        var report = AttributeReport.Of(outcomes, "age", [.. Enumerable.Repeat("old", 60)], TestContext.Current.CancellationToken);

        Assert.Empty(report.Gaps);
        Assert.Contains("no gap", GroupTable.Render(report), StringComparison.Ordinal);
    }

    private ImageAttributes Read(string csv)
    {
        File.WriteAllText(_folder.Inside("groups.csv"), csv);
        return ImageAttributes.Read(_folder.Inside("groups.csv"), Paths);
    }
}
