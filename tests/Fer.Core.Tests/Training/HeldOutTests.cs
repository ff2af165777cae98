using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class HeldOutTests
{
    private static readonly FaceDataset Faces = SampleFaces.Draw(perLabel: 8, seed: 6);

    // Every image twice, the copy slightly brighter.
    private static readonly FaceDataset Twice = new(
        Faces.Labels, Faces.Size, [.. Faces.Pixels, .. Faces.Pixels.Select(pixel => (byte)Math.Min(255, pixel + 3))], [.. Faces.Targets, .. Faces.Targets], [.. Faces.Paths, .. Faces.Paths.Select(path => $"copy/{path}")]);

    private static readonly TrainingOptions Options = new() { Data = "/data", Output = "/out", Validation = ValidationChoice.OfFraction(0.25)! };

    [Fact]
    public void Near_identical_images_stay_on_one_side_by_default()
    {
        var part = From(Twice, Options);

        Assert.Empty(Originals(part.Train).Intersect(Originals(part.Validation)));
        Assert.Contains("near-identical", Assert.Single(part.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void On_request_they_are_divided_as_release_0_1_did()
    {
        var part = From(Twice, Options with { Similar = SimilarImages.Apart });
        var (train, _) = ValidationSplit.Stratified(Twice, 0.25, Options.Seed);

        Assert.Equal(train.Paths, part.Train.Paths);
        Assert.NotEmpty(Originals(part.Train).Intersect(Originals(part.Validation)));
    }

    [Fact]
    public void Named_groups_stay_on_one_side()
    {
        var named = Faces with { Paths = [.. Enumerable.Range(0, Faces.Count).Select(image => $"/data/person{image % 8}/{image}.png")] };

        var part = From(named, Options with { Group = "person[0-9]+" });

        Assert.Empty(People(part.Train).Intersect(People(part.Validation)));
        Assert.Contains("8 groups", part.Notes[0], StringComparison.Ordinal);

        static IEnumerable<string> People(FaceDataset faces) => faces.Paths.Select(path => path.Split('/')[2]).Distinct();
    }

    [Fact]
    public void Groups_that_match_no_image_are_refused_and_images_in_none_are_counted()
    {
        var named = Faces with { Paths = [.. Enumerable.Range(0, Faces.Count).Select(image => image < 10 ? $"/data/other{image}.png" : $"/data/person{image % 8}/{image}.png")] };

        var failure = Assert.Throws<FerException>(() => From(named, Options with { Group = "nobody_[0-9]+" }));
        var part = From(named, Options with { Group = "person[0-9]+" });

        Assert.Contains("--group matches no image; the path of the first is other0.png", failure.Message, StringComparison.Ordinal);
        Assert.Contains("10 images are in no group", part.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_options_file_of_release_0_1_divides_as_it_did()
    {
        var old = System.Text.Json.Nodes.JsonNode.Parse(Options.ToJson())!.AsObject();
        Assert.True(old.Remove("similar"));

        Assert.Equal(SimilarImages.Apart, TrainingOptions.FromJson(old.ToJsonString(), "options.json").Similar);
        Assert.Equal(SimilarImages.Together, TrainingOptions.FromJson(Options.ToJson(), "options.json").Similar);
    }

    private static HeldOut From(FaceDataset faces, TrainingOptions options) => HeldOut.From(faces, options, "/data", TestContext.Current.CancellationToken);

    private static IEnumerable<string> Originals(FaceDataset faces) => faces.Paths.Select(path => path.Replace("copy/", "", StringComparison.Ordinal));
}
