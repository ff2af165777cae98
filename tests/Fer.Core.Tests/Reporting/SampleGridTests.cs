using Fer.Core.Data;
using Fer.Core.Reporting;

namespace Fer.Core.Tests.Reporting;

public sealed class SampleGridTests : IDisposable
{
    private const string Green = "#1A7F37", Red = "#CF222E";

    // Where the first face and its neighbor lie on the image.
    private const int Left = 28, Top = 72, FaceWidth = 144, Step = 158;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.5, 0.25)]
    [InlineData(0, 1)]
    public void Faces_have_the_gray_that_they_had_before_the_preprocessing(double mean, double deviation)
    {
        var preprocessing = new Preprocessing(48, mean, deviation);
        using var grid = Draw(preprocessing, [new SampleFace(Flat(200, preprocessing), "a"), new SampleFace(Flat(30, preprocessing), "b")]);

        Assert.Equal(200, grid.At(Left + FaceWidth / 2, Top + FaceWidth / 2).Red);
        Assert.Equal(30, grid.At(Left + Step + FaceWidth / 2, Top + FaceWidth / 2).Red);
    }

    [Fact]
    public void Input_beyond_black_and_white_is_cut_off()
    {
        using var grid = Draw(Preprocessing.UnitRange, [new SampleFace([-3, -3, -3, -3], "a"), new SampleFace([7, 7, 7, 7], "b")]);

        Assert.Equal(0, grid.At(Left + 70, Top + 70).Red);
        Assert.Equal(255, grid.At(Left + Step + 70, Top + 70).Red);
    }

    [Fact]
    public void A_right_prediction_is_green_and_a_wrong_one_red()
    {
        using var right = Draw(Preprocessing.UnitRange, [new SampleFace(new float[9], "happy", "happy", 0.9)]);
        using var wrong = Draw(Preprocessing.UnitRange, [new SampleFace(new float[9], "sad", "happy", 0.9)]);
        using var unasked = Draw(Preprocessing.UnitRange, [new SampleFace(new float[9], "sad")]);

        Assert.True(right.Shows(Green) && !right.Shows(Red));
        Assert.True(wrong.Shows(Red) && !wrong.Shows(Green));
        Assert.True(!unasked.Shows(Red) && !unasked.Shows(Green));
    }

    [Fact]
    public void Long_names_do_not_reach_their_neighbors()
    {
        var name = string.Concat(Enumerable.Repeat("overwhelmed ", 5));
        using var grid = Draw(Preprocessing.UnitRange, [new SampleFace(new float[9], $"not {name}", name, 0.9), new SampleFace(new float[9], name)]);

        var captions = grid.Where(pixel => pixel.Green < 240).Where(place => place.Y > Top + FaceWidth + 4).ToArray();
        Assert.NotEmpty(captions);
        Assert.All(captions, place => Assert.InRange((place.X - Left + 6) % Step, 0, FaceWidth + 12));
    }

    [Fact]
    public void Rows_may_differ_in_length_and_nothing_else_is_left_in_the_folder()
    {
        var face = new SampleFace(new float[48 * 48], "a");
        SampleGrid.Write(_folder.Inside("samples.png"), "Samples", [[face], [face, face, face], [face, face]], Preprocessing.UnitRange);

        using var grid = new TestImage(_folder.Inside("samples.png"));
        Assert.Equal(2 * Left + 2 * Step + FaceWidth, grid.Width);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static float[] Flat(byte gray, Preprocessing preprocessing)
    {
        var pixels = new float[preprocessing.Size * preprocessing.Size];
        Array.Fill(pixels, (float)((gray / 255.0 - preprocessing.Mean) / preprocessing.StandardDeviation));
        return pixels;
    }

    private TestImage Draw(Preprocessing preprocessing, SampleFace[] row)
    {
        var path = _folder.Inside($"{Guid.NewGuid():N}.png");
        SampleGrid.Write(path, "A grid", [row], preprocessing);
        return new TestImage(path);
    }
}
