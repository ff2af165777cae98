using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class MixupTests
{
    private static readonly TrainingOptions Options = new() { Data = "", Output = "", Size = 16 };

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Shares_have_the_mean_and_the_variance_of_the_beta_distribution(double alpha)
    {
        var random = CounterRandom.For(1);
        double[] shares = [.. Enumerable.Range(0, 20_000).Select(_ => Mixup.Beta(alpha, ref random))];

        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.Equal(0.5, shares.Average(), 0.01);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), shares.Average(share => (share - 0.5) * (share - 0.5)), 0.005);
    }

    [Fact]
    public void A_blend_is_of_each_face_and_its_neighbor()
    {
        using var faces = tensor(new float[] { 1, 2, 4 }).reshape(3, 1, 1, 1);
        var mixup = new Mixup(0.75);

        using var blend = mixup.Blend(faces);

        Assert.Equal([1.75f, 1.75f, 3.5f], blend.data<float>());
    }

    [Fact]
    public void Without_it_faces_stay_as_they_are()
    {
        using var faces = rand(2, 1, 4, 4);
        Assert.Same(faces, Mixup.Draw(Options, 2, 3).BlendImages(faces));
        Assert.NotEqual(Mixup.Draw(Options with { Mixup = 0.2 }, 2, 3), Mixup.Draw(Options with { Mixup = 0.2 }, 2, 4));
    }

    [Fact]
    public void CutMix_pastes_a_square_of_the_neighbor_and_asks_for_its_label_by_the_area()
    {
        // Each face has a gray value of its own.
        using var faces = tensor(new float[] { 1, 2, 4 }).reshape(3, 1, 1, 1).expand(3, 1, 16, 16).contiguous();
        Mixup[] draws = [.. Enumerable.Range(0, 200).Select(step => Mixup.Draw(Options with { CutMix = 1 }, 1, step))];

        Assert.InRange(draws.Count(draw => draw.Cut is not null), 70, 130);
        Assert.All(draws.Where(draw => draw.Cut is not null), draw =>
        {
            Assert.InRange(draw.Share, 0.5, 1);
            using var mixed = draw.BlendImages(faces);
            using var means = mixed.mean([1, 2, 3]);
            using var targets = draw.Blend(faces.mean([1, 2, 3]));
            // The mean gray value is that of both faces by their areas, as the target is.
            Assert.Equal(targets.data<float>().ToArray(), means.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
            var (left, top, side) = draw.Cut!.Value;
            Assert.Equal((1f, 4f), (faces[0, 0, top, left].item<float>(), mixed[0, 0, top, left].item<float>()));
            Assert.Equal(4f, mixed[0, 0, top + side - 1, left + side - 1].item<float>());
        });
        Assert.All(draws.Where(draw => draw.Cut is null), draw => Assert.Equal(1, draw.Share));
        Assert.Contains(Enumerable.Range(0, 50), step => Mixup.Draw(Options with { CutMix = 1, Mixup = 1 }, 1, step) is { Cut: null, Share: < 1 });
    }
}
