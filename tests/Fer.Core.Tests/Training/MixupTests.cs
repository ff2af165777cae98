using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class MixupTests
{
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
        Assert.Same(faces, Mixup.Draw(0, 1, 2, 3).Blend(faces));
        Assert.NotEqual(Mixup.Draw(0.2, 1, 2, 3), Mixup.Draw(0.2, 1, 2, 4));
    }
}
