namespace Fer.Core.Tests;

public sealed class CounterRandomTests
{
    [Fact]
    public void The_same_path_gives_the_same_numbers_and_another_path_others()
    {
        var (a, b, c) = (CounterRandom.For(7, 1, 2), CounterRandom.For(7, 1, 2), CounterRandom.For(7, 2, 1));
        ulong[] first = [a.NextBits(), a.NextBits()];

        Assert.Equal(first, new[] { b.NextBits(), b.NextBits() });
        Assert.NotEqual(first, new[] { c.NextBits(), c.NextBits() });
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_their_mean_and_deviation()
    {
        var random = CounterRandom.For(3);
        double[] uniform = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];
        double[] normal = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];

        Assert.InRange(uniform.Average(), 0.495, 0.505);
        Assert.InRange(uniform.Select(x => (x - 0.5) * (x - 0.5)).Average(), 0.082, 0.085);
        Assert.InRange(normal.Average(), -0.02, 0.02);
        Assert.InRange(normal.Select(x => x * x).Average(), 0.97, 1.03);
    }

    [Fact]
    public void A_bounded_number_takes_every_value_about_equally_often()
    {
        var random = CounterRandom.For(5);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(7)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Shuffling_keeps_every_item()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        CounterRandom.For(1).Shuffle<int>(items);

        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
