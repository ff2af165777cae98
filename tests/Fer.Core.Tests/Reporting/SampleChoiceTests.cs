using Fer.Core.Reporting;

namespace Fer.Core.Tests.Reporting;

public sealed class SampleChoiceTests
{
    [Fact]
    public void Every_label_that_has_images_has_a_row_of_its_own()
    {
        int[] target = [2, 0, 2, 2, 0, 3, 2, 2];

        var rows = SampleChoice.ByLabel(target, 3, 1);

        Assert.Equal([0, 2, 3], rows.Select(row => Assert.Single(row.Select(image => target[image]).Distinct())));
        Assert.Equal([2, 3, 1], rows.Select(row => row.Count));
        Assert.All(rows, row => Assert.Equal(row.Count, row.Distinct().Count()));
    }

    [Fact]
    public void The_same_seed_chooses_the_same_images_and_none_twice()
    {
        var chosen = SampleChoice.Shuffled(1000, 64, 7);

        Assert.Equal(chosen, SampleChoice.Shuffled(1000, 64, 7));
        Assert.NotEqual(chosen, SampleChoice.Shuffled(1000, 64, 8));
        Assert.Equal(64, chosen.Distinct().Count());
        Assert.NotEqual(chosen.Order(), chosen);
    }

    [Fact]
    public void Fewer_images_than_asked_for_are_all_chosen()
    {
        Assert.Equal([0, 1, 2], SampleChoice.Shuffled(3, 10, 1).Order());
    }
}
