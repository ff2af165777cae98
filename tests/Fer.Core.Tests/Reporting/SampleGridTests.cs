using Fer.Core.Reporting;

namespace Fer.Core.Tests.Reporting;

public sealed class SampleGridTests : IDisposable
{
    private const string Green = "#1A7F37", Red = "#CF222E";

    // Where the first face and its neighbor lie on the image.
    private const int Left = 28, Top = 72, FaceWidth = 144, Step = 158;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Faces_are_drawn_in_their_own_gray()
    {
        using var grid = Draw([new SampleFace(Flat(200), "a"), new SampleFace(Flat(30), "b")]);

        Assert.Equal(200, grid.At(Left + FaceWidth / 2, Top + FaceWidth / 2).Red);
        Assert.Equal(30, grid.At(Left + Step + FaceWidth / 2, Top + FaceWidth / 2).Red);
    }

    [Fact]
    public void Pixels_beyond_black_and_white_are_clipped()
    {
        using var grid = Draw([new SampleFace([-3, -3, -3, -3], "a"), new SampleFace([300, 300, 300, 300], "b")]);

        Assert.Equal(0, grid.At(Left + 70, Top + 70).Red);
        Assert.Equal(255, grid.At(Left + Step + 70, Top + 70).Red);
    }

    [Fact]
    public void A_right_prediction_is_green_and_a_wrong_one_red()
    {
        using var right = Draw([new SampleFace(new float[9], "happy", "happy", 0.9)]);
        using var wrong = Draw([new SampleFace(new float[9], "sad", "happy", 0.9)]);
        using var unasked = Draw([new SampleFace(new float[9], "sad")]);

        Assert.True(right.Shows(Green) && !right.Shows(Red));
        Assert.True(wrong.Shows(Red) && !wrong.Shows(Green));
        Assert.True(!unasked.Shows(Red) && !unasked.Shows(Green));
    }

    [Fact]
    public void Long_names_do_not_reach_their_neighbors()
    {
        var name = string.Concat(Enumerable.Repeat("overwhelmed ", 5));
        using var grid = Draw([new SampleFace(new float[9], $"not {name}", name, 0.9), new SampleFace(new float[9], name)]);

        var captions = grid.Where(pixel => pixel.Green < 240).Where(place => place.Y > Top + FaceWidth + 4).ToArray();
        Assert.NotEmpty(captions);
        Assert.All(captions, place => Assert.InRange((place.X - Left + 6) % Step, 0, FaceWidth + 12));
    }

    [Fact]
    public void Rows_may_differ_in_length_and_nothing_else_is_left_in_the_folder()
    {
        var face = new SampleFace(new float[48 * 48], "a");
        SampleGrid.Write(_folder.Inside("samples.png"), "Samples", [[face], [face, face, face], [face, face]]);

        using var grid = new TestImage(_folder.Inside("samples.png"));
        Assert.Equal(2 * Left + 2 * Step + FaceWidth, grid.Width);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static float[] Flat(byte gray)
    {
        var pixels = new float[48 * 48];
        Array.Fill(pixels, gray);
        return pixels;
    }

    private TestImage Draw(SampleFace[] row)
    {
        var path = _folder.Inside($"{Guid.NewGuid():N}.png");
        SampleGrid.Write(path, "A grid", [row]);
        return new TestImage(path);
    }
}
