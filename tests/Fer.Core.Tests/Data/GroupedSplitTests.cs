using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class GroupedSplitTests
{
    private static readonly FaceDataset Whole = DrawnFaces.Dataset(labels: 3, perLabel: 40, size: 16);

    // Ten images of each person: three or four of each label.
    private static readonly int[] People = [.. Enumerable.Range(0, Whole.Count).Select(image => image / 10)];

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void A_group_is_on_one_side_and_no_image_is_lost(double fraction)
    {
        var (train, validation) = GroupedSplit.Of(Whole, People, fraction, seed: 1);

        Assert.Empty(PeopleIn(train).Intersect(PeopleIn(validation)));
        Assert.Equal(Whole.Paths.Order(), train.Paths.Concat(validation.Paths).Order());
        Assert.InRange(validation.Count, 120 * fraction - 6, 120 * fraction + 6);
    }

    [Fact]
    public void Where_every_group_is_larger_than_the_wanted_part_one_group_validates()
    {
        int[] halves = [.. Enumerable.Range(0, Whole.Count).Select(image => image / 60)];

        Assert.Equal(60, GroupedSplit.Of(Whole, halves, 0.1, seed: 3).Validation.Count);
    }

    [Fact]
    public void Single_images_are_held_out_by_label()
    {
        var (_, validation) = GroupedSplit.Of(Whole, [.. Enumerable.Range(0, Whole.Count)], 0.25, seed: 1);

        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal(10, validation.Targets.Count(target => target == label)));
    }

    [Fact]
    public void Each_image_validates_in_exactly_one_fold()
    {
        var folds = Enumerable.Range(1, 5).Select(fold => GroupedSplit.Fold(Whole, People, fold, 5, seed: 2)).ToList();

        Assert.Equal(Whole.Paths.Order(), folds.SelectMany(fold => fold.Validation.Paths).Order());
        Assert.All(folds, fold =>
        {
            Assert.Empty(PeopleIn(fold.Train).Intersect(PeopleIn(fold.Validation)));
            Assert.InRange(fold.Validation.Count, 20, 30);
        });
    }

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(Chosen(1), Chosen(1));
        Assert.NotEqual(1, new ulong[] { 1, 2, 3, 4 }.Select(Chosen).Distinct().Count());

        string Chosen(ulong seed) => string.Join(',', GroupedSplit.Of(Whole, People, 0.2, seed).Validation.Paths);
    }

    [Fact]
    public void One_group_alone_cannot_be_split()
    {
        var all = new int[Whole.Count];

        Assert.Contains("1 groups", Assert.Throws<FerException>(() => GroupedSplit.Of(Whole, all, 0.1, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("--folds", Assert.Throws<FerException>(() => GroupedSplit.Fold(Whole, all, 1, 3, seed: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_of_one_person_is_reported_at_the_first_fold_already()
    {
        int[] people = [.. Enumerable.Range(0, Whole.Count).Select(image => Whole.Targets[image] == 2 ? 1000 : image)];

        Assert.All(Enumerable.Range(1, 3), fold =>
        {
            var failure = Assert.Throws<FerException>(() => GroupedSplit.Fold(Whole, people, fold, 3, seed: 1));
            Assert.Contains($"all images of '{Whole.Labels[2]}'", failure.Message, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<int> PeopleIn(FaceDataset part) => part.Paths.Select(path => People[Array.IndexOf(Whole.Paths, path)]).Distinct();
}
