using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class AugmentationTests
{
    private const int Size = 32;
    private static readonly FaceDataset Faces = DrawnFaces.Dataset(labels: 2, perLabel: 1, size: Size);

    [Fact]
    public void No_augmentation_changes_no_pixel() => Assert.Equal(Original(), Apply(new Augmentation(), 1));

    [Fact]
    public void A_mirrored_face_is_the_reversed_rows()
    {
        var mirrored = Apply(new Augmentation { Mirror = 1 }, 1);

        Assert.Equal(Original().Chunk(Size).SelectMany(row => row.Reverse()), mirrored);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_value_stays_in_range(int seed)
    {
        var strong = new Augmentation { Rotation = 45, Scale = 0.5, Shift = 0.5, Mirror = 0.5, Contrast = 1, Brightness = 1, Noise = 0.5, Erase = 1 };

        Assert.All(Apply(strong, seed), value => Assert.InRange(value, 0, 255));
    }

    [Fact]
    public void An_erased_rectangle_is_flat_and_leaves_most_of_the_face()
    {
        var erased = Apply(new Augmentation { Erase = 1 }, 4);
        float[] changed = [.. erased.Zip(Original()).Where(pair => pair.First != pair.Second).Select(pair => pair.First)];

        Assert.Single(changed.Distinct());
        Assert.InRange(changed.Length, Size * Size * 0.01, Size * Size * 0.25);
    }

    [Fact]
    public void Blur_keeps_the_light_and_takes_the_detail()
    {
        var blurred = Apply(new Augmentation { Blur = 0.1 }, 3);

        Assert.Equal(Original().Average(), blurred.Average(), 2f);
        Assert.True(Detail(blurred) < Detail(Original()) / 2, $"{Detail(blurred)} {Detail(Original())}");

        static double Detail(float[] face) => face.Zip(face.Skip(1), (a, b) => Math.Abs(a - b)).Average();
    }

    [Fact]
    public void Exposure_darkens_a_third_of_the_faces_to_a_quarter_and_brightens_a_sixth_to_the_double()
    {
        const int faces = 600;
        var exposure = new Augmentation { Exposure = 2 };
        float[] factors = [.. Enumerable.Range(0, faces).Select(seed => Apply(exposure, seed)[0] / Original()[0])];

        // Three deviations of the counts are 37 and less.
        Assert.InRange(factors.Count(factor => factor == 1), faces / 2 - 40, faces / 2 + 40);
        Assert.InRange(factors.Count(factor => factor < 1), faces / 3 - 40, faces / 3 + 40);
        Assert.InRange(factors.Min(), 0.25f, 0.27f);
        Assert.InRange(factors.Max(), 1f, 2f);
    }

    [Fact]
    public void The_geometry_shows_the_same_part_of_the_face_without_the_rest()
    {
        var augmentation = Augmentation.Named["webcam"] with { Erase = 1 };

        Assert.Equal(Apply(augmentation with { Contrast = 0, Brightness = 0, Exposure = 0, Blur = 0, Noise = 0, Erase = 0 }, 5), Apply(augmentation.Geometry, 5));
        Assert.NotEqual(Apply(augmentation, 5), Apply(augmentation.Geometry, 5));
    }

    [Fact]
    public void Half_of_the_faces_stay_sharp_and_half_clean()
    {
        const int faces = 400;
        // Three deviations of a fair coin are 30.
        Assert.InRange(Untouched(new Augmentation { Blur = 0.05 }), faces / 2 - 40, faces / 2 + 40);
        Assert.InRange(Untouched(new Augmentation { Noise = 0.05 }), faces / 2 - 40, faces / 2 + 40);

        static int Untouched(Augmentation augmentation) => Enumerable.Range(0, faces).Count(seed => Apply(augmentation, seed).SequenceEqual(Original()));
    }

    [Fact]
    public void A_shifted_view_moves_the_pixels_and_repeats_the_edge()
    {
        var pixels = new float[9];

        new TestTimeView(Mirrored: false, ShiftX: 1, ShiftY: 0).Apply([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, pixels);

        Assert.Equal([1, 1, 2, 4, 4, 5, 7, 7, 8], pixels);
    }

    [Theory]
    [InlineData(false, 2, -3)]
    [InlineData(true, -1, 4)]
    public void A_map_that_neither_turns_nor_enlarges_is_a_view(bool mirrored, int shiftX, int shiftY)
    {
        var view = new float[Size * Size];
        var map = new AffineMap(Size, 0, 1, mirrored, mirrored ? shiftX : -shiftX, -shiftY);

        new TestTimeView(mirrored, shiftX, shiftY).Apply(Faces.Face(0), Size, view);

        Assert.All(Enumerable.Range(0, view.Length), i => Assert.Equal(view[i], map.Sample(Faces.Face(0), i % Size, i / Size), 0.1));
    }

    private static float[] Original() => Array.ConvertAll(Faces.Face(0).ToArray(), pixel => (float)pixel);

    private static float[] Apply(Augmentation augmentation, int seed)
    {
        var output = new float[Size * Size];
        augmentation.Apply(Faces.Face(0), Size, CounterRandom.For((ulong)seed), output);
        return output;
    }
}
