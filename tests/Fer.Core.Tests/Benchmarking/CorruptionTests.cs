using Fer.Core.Benchmarking.Robustness;
using Fer.Core.Data;

namespace Fer.Core.Tests.Benchmarking;

public sealed class CorruptionTests
{
    private static readonly FaceDataset Faces = DrawnFaces.Dataset(labels: 3, perLabel: 20);

    public static TheoryData<string> Names => [.. Corruption.All.Select(corruption => corruption.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_seeds_give_equal_images_and_only_the_clean_ones_are_the_originals(string name)
    {
        var corrupted = Corrupted(name, Faces, seed: 1);

        Assert.Equal(corrupted.Pixels, Corrupted(name, Faces, seed: 1).Pixels);
        Assert.Equal(name == "clean", corrupted.Pixels.SequenceEqual(Faces.Pixels));
        Assert.Equal(Faces.Targets, corrupted.Targets);
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("blur + noise")]
    [InlineData("low light")]
    [InlineData("YuNet boxes")]
    [InlineData("Haar boxes")]
    [InlineData("roll 20")]
    public void Other_seeds_give_other_images(string name) =>
        Assert.NotEqual(Corrupted(name, Faces, seed: 1).Pixels, Corrupted(name, Faces, seed: 2).Pixels);

    [Fact]
    public void Noise_has_a_standard_deviation_of_eight_gray_levels()
    {
        var gray = Flat(128);

        Assert.Equal(8, Deviation(Corrupted("noise", gray, 1).Pixels), 0.1);
        Assert.Equal(3, Deviation(Corrupted("low light", gray, 1).Pixels), 0.1);
        Assert.Equal(32, Corrupted("low light", gray, 1).Pixels.Average(pixel => pixel), 0.1);
    }

    [Theory]
    [InlineData("overexposed", 100, 200)]
    [InlineData("overexposed", 200, 255)]
    [InlineData("blur", 90, 90)]
    [InlineData("20/48 pixels", 90, 90)]
    [InlineData("YuNet boxes", 90, 90)]
    public void Flat_images_change_in_brightness_only(string name, byte before, byte after) => Assert.All(Corrupted(name, Flat(before), 1).Pixels, pixel => Assert.Equal(after, pixel));

    [Fact]
    public void The_fewer_pixels_a_face_has_the_less_it_resembles_the_original()
    {
        var differences = new[] { "clean", "40/48 pixels", "32/48 pixels", "24/48 pixels", "20/48 pixels" }.Select(name => Deviation(Corrupted(name, Faces, 1)));

        Assert.Equal(differences.Order(), differences);
    }

    [Fact]
    public void A_dot_above_the_center_moves_to_either_side_when_the_head_rolls()
    {
        var pixels = new byte[60 * 48 * 48];
        for (var face = 0; face < 60; face++)
        {
            pixels.AsSpan(face * 48 * 48 + 4 * 48 + 22, 4).Fill(255);
            pixels.AsSpan(face * 48 * 48 + 5 * 48 + 22, 4).Fill(255);
        }

        // 19 pixels above the center, by 20 degrees: 6.5 pixels aside.
        var columns = Columns(Corrupted("roll 20", Faces with { Pixels = pixels }, 1));

        Assert.All(columns, column => Assert.Equal(6.5, Math.Abs(column - 23.5), 0.5));
        Assert.InRange(columns.Count(column => column > 23.5), 15, 45);
    }

    [Theory]
    [InlineData("YuNet boxes", 0.93)]
    [InlineData("Haar boxes", 1.0)]
    public void In_larger_boxes_a_face_is_smaller(string name, double side)
    {
        var pixels = new byte[60 * 48 * 48];
        for (var face = 0; face < 60; face++)
        {
            for (var y = 16; y < 32; y++)
            {
                pixels.AsSpan(face * 48 * 48 + y * 48 + 16, 16).Fill(200);
            }
        }

        var corrupted = Corrupted(name, Faces with { Pixels = pixels }, 1);

        double[] sides = [.. Enumerable.Range(0, 60).Select(face => 16 / Math.Sqrt(corrupted.Face(face).ToArray().Sum(pixel => pixel) / 200.0))];
        Assert.Equal(side, sides.Average(), 0.06);
        Assert.InRange(sides.Max() - sides.Min(), 0.3, 1.2);
    }

    [Fact]
    public void The_table_has_a_row_for_each_corruption_and_a_column_for_each_network()
    {
        double[] first = [.. Corruption.All.Select((_, index) => 0.5 + index / 100.0)], second = [.. first.Select(accuracy => accuracy - 0.1)];

        var lines = RobustnessBenchmark.Table(["one", "two"], [first, second]).TrimEnd().Split('\n');

        Assert.Equal(Corruption.All.Count + 1, lines.Length);
        Assert.Matches(@"^accuracy +one +two +condition$", lines[0]);
        Assert.Matches(@"^clean +50\.0% +40\.0% +the images as they are$", lines[1]);
    }

    private static FaceDataset Corrupted(string name, FaceDataset faces, ulong seed) => Corruption.All.Single(corruption => corruption.Name == name).Of(faces, seed);

    private static FaceDataset Flat(byte gray)
    {
        var pixels = new byte[Faces.Pixels.Length];
        Array.Fill(pixels, gray);
        return Faces with { Pixels = pixels };
    }

    private static double Deviation(byte[] pixels)
    {
        var mean = pixels.Average(pixel => pixel);
        return Math.Sqrt(pixels.Average(pixel => (pixel - mean) * (pixel - mean)));
    }

    private static double Deviation(FaceDataset faces) => Math.Sqrt(faces.Pixels.Zip(Faces.Pixels, (a, b) => Math.Pow(a - b, 2)).Average());

    /// <summary>The mean column of the bright pixels of each face.</summary>
    private static double[] Columns(FaceDataset faces) =>
    [
        .. Enumerable.Range(0, faces.Count).Select(face =>
        {
            var pixels = faces.Face(face).ToArray();
            return pixels.Select((pixel, place) => pixel * (place % faces.Size)).Sum() / (double)pixels.Sum(pixel => pixel);
        }),
    ];
}
