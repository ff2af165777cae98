using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class ValidationSplitTests
{
    [Fact]
    public void Every_label_gives_about_the_same_part_and_no_image_is_lost()
    {
        var whole = DrawnFaces.Dataset(labels: 3, perLabel: 40, size: 16);

        var (train, validation) = ValidationSplit.Stratified(whole, 0.25, seed: 1);

        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal(10, validation.Targets.Count(target => target == label)));
        Assert.Equal(whole.Paths.Order(), train.Paths.Concat(validation.Paths).Order());
    }

    [Fact]
    public void Identical_images_stay_on_one_side()
    {
        var once = DrawnFaces.Dataset(labels: 2, perLabel: 20, size: 16);
        var twice = once.Subset([.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 40)]);

        var (train, validation) = ValidationSplit.Stratified(twice, 0.3, seed: 2);

        Assert.Empty(train.Paths.Intersect(validation.Paths));
        Assert.NotEmpty(validation.Paths);
    }

    [Fact]
    public void The_seed_decides()
    {
        var whole = DrawnFaces.Dataset(labels: 2, perLabel: 50, size: 16);

        Assert.Equal(Chosen(1), Chosen(1));
        Assert.NotEqual(Chosen(1), Chosen(2));

        string[] Chosen(ulong seed) => ValidationSplit.Stratified(whole, 0.2, seed).Validation.Paths;
    }

    [Fact]
    public void Too_few_images_are_an_error()
    {
        var tiny = DrawnFaces.Dataset(labels: 2, perLabel: 1, size: 16);

        Assert.Throws<FerException>(() => ValidationSplit.Stratified(tiny, 0.1, seed: 1));
    }
}
