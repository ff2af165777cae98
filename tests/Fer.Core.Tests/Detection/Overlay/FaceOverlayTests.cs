using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Overlay;
using Fer.Core.Typography;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Overlay;

public sealed class FaceOverlayTests
{
    private static readonly Vec3b Happy = new(0x3C, 0xC9, 0xFF), Ink = new(0x1A, 0x16, 0x14);

    private static Mat Draw(Size size, int brightness, bool bars, params Rect[] boxes)
    {
        using var frame = FacePredictions.Frame(size, brightness, [.. boxes.Select((box, i) => FacePredictions.Face(i + 1, box))]);
        using var canvas = new Canvas();
        new FaceOverlay(LabelSet.Fer2013) { ShowsBars = bars }.Draw(frame, canvas);
        return canvas.Image.Clone();
    }

    /// <summary>The bounds of all pixels that nearly have a color.</summary>
    private static Rect Bounds(Mat image, Vec3b color)
    {
        using var mask = new Mat();
        Cv2.InRange(image, new Scalar(color.Item0 - 3, color.Item1 - 3, color.Item2 - 3), new Scalar(color.Item0 + 3, color.Item1 + 3, color.Item2 + 3), mask);
        using var points = new Mat();
        Cv2.FindNonZero(mask, points);
        return points.Empty() ? default : Cv2.BoundingRect(points);
    }

    [Theory]
    [InlineData(640, 480, 300, 200, 120)]
    [InlineData(640, 480, 300, 0, 120)]
    [InlineData(640, 480, 560, 10, 80)]
    [InlineData(640, 480, 0, 400, 80)]
    [InlineData(640, 480, 0, 0, 480)]
    [InlineData(1920, 1080, 1800, 5, 100)]
    [InlineData(320, 240, 290, 100, 30)]
    [InlineData(48, 48, 2, 2, 44)]
    [InlineData(30, 300, 0, 0, 30)]
    public void The_label_lies_inside_the_image_and_is_written_on_its_own_background(int width, int height, int x, int y, int side)
    {
        using var drawn = Draw(new Size(width, height), 128, false, new Rect(x, y, side, side));
        var colored = Bounds(drawn, Happy);
        Assert.True(colored.Width > 0);
        using var tab = Tab(drawn, colored);
        var text = Bounds(tab, Ink);
        Assert.True(text.Width >= 20 && text.Height >= 6, $"text of {text}");
    }

    [Fact]
    public void The_track_id_is_drawn_except_in_an_image_with_one_face_and_an_uncertain_face_has_no_label()
    {
        var face = FacePredictions.Face(7, new Rect(300, 200, 120, 120));
        Assert.True(TextOf(face, isStill: false).Width > TextOf(face, isStill: true).Width + 10);
        Assert.InRange(TextOf(face with { IsUncertain = true }, isStill: true).Width, 1, 25);

        static Rect TextOf(FacePrediction face, bool isStill)
        {
            using var frame = FacePredictions.Frame(new Size(640, 480), 128, face);
            frame.IsStill = isStill;
            using var canvas = new Canvas();
            new FaceOverlay(LabelSet.Fer2013).Draw(frame, canvas);
            // Within the tab above the box, without its edge.
            using var above = new Mat(canvas.Image, new Rect(303, 181, 330, 14));
            return Bounds(above, Ink);
        }
    }

    [Fact]
    public void A_hidden_face_has_no_details_left_and_its_surroundings_stay()
    {
        // The smoothed box lags behind a face that moves.
        using var frame = FacePredictions.Frame(new Size(640, 480), 0, FacePredictions.Face(1, new Rect(200, 200, 120, 120)) with { Detected = new Rect(260, 200, 120, 120) });
        Cv2.Randu(frame.Image, Scalar.All(0), Scalar.All(255));
        using var canvas = new Canvas();
        new FaceOverlay(LabelSet.Fer2013) { HidesFaces = true }.Draw(frame, canvas);

        Assert.InRange(Details(canvas.Image, new Rect(210, 210, 160, 100)), 0, 3);
        Assert.InRange(Details(canvas.Image, new Rect(400, 300, 100, 100)), 50, 255);

        static double Details(Mat image, Rect area)
        {
            using var part = new Mat(image, area);
            using var smooth = part.GaussianBlur(new Size(0, 0), 4);
            using var difference = new Mat();
            Cv2.Absdiff(part, smooth, difference);
            return Cv2.Mean(difference).Val0;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void A_box_shows_on_black_and_on_white(int brightness)
    {
        using var drawn = Draw(new Size(640, 480), brightness, false, new Rect(200, 200, 100, 100));
        Assert.Equal(Happy, drawn.At<Vec3b>(250, 200));
        var beside = Enumerable.Range(193, 16).Select(x => drawn.At<Vec3b>(250, x)).ToList();
        Assert.Contains(Ink, beside);
    }

    [Fact]
    public void The_label_stands_above_the_box_where_there_is_room()
    {
        using var drawn = Draw(new Size(640, 480), 128, false, new Rect(200, 200, 100, 100));
        Assert.InRange(Bounds(drawn, Happy).Top, 150, 190);
    }

    [Fact]
    public void Labels_of_faces_side_by_side_do_not_cover_each_other()
    {
        using var one = Draw(new Size(640, 480), 128, false, new Rect(200, 200, 40, 40));
        using var two = Draw(new Size(640, 480), 128, false, new Rect(200, 200, 40, 40), new Rect(245, 200, 38, 38));
        Assert.True(Count(two, Ink) > 1.8 * Count(one, Ink));
    }

    [Fact]
    public void A_small_image_is_enlarged_until_text_is_readable()
    {
        using var drawn = Draw(new Size(48, 48), 128, false, new Rect(0, 0, 48, 48));
        Assert.Equal(new Size(240, 240), drawn.Size());
    }

    [Fact]
    public void Bars_show_every_class_beside_the_face()
    {
        var box = new Rect(400, 200, 150, 150);
        using var plain = Draw(new Size(640, 480), 128, false, box);
        using var bars = Draw(new Size(640, 480), 128, true, box);
        var angry = new Vec3b(0x3E, 0x48, 0xF0);
        Assert.Equal(0, Bounds(plain, angry).Width);
        Assert.InRange(Bounds(bars, angry).Width, 1, 60);
        using var face = new Mat(bars, box);
        using var before = new Mat(plain, box);
        Assert.Equal(0, Cv2.Norm(face, before));
    }

    [Fact]
    public void A_label_with_letters_beyond_ascii_is_drawn_without_failing()
    {
        using var frame = FacePredictions.Frame(new Size(320, 240), 0, FacePredictions.Face(1, new Rect(50, 80, 90, 90), label: 0));
        using var canvas = new Canvas();
        new FaceOverlay(new LabelSet(["fröhlich", "b", "c", "d", "e", "f", "g"])).Draw(frame, canvas);
        Assert.NotEqual(0, Cv2.Norm(canvas.Image, frame.Image));
    }

    // DejaVu Sans has the first two; the others need a font of their script, without which they become question marks.
    [Theory]
    [InlineData("très triste", "tres triste")]
    [InlineData("грусть", "????????")]
    [InlineData("ευτυχία", "???????")]
    public void A_label_with_accents_or_in_another_alphabet_is_drawn_as_it_is(string label, string replaced)
    {
        using var renderer = new TextRenderer();
        Assert.SkipWhen(renderer.Render("a", 20, 10) is null, "needs a font, such as fonts-dejavu-core");
        using var drawn = renderer.Render(label, 40, 20)!;
        using var other = renderer.Render(replaced, 40, 20)!;
        using var tofu = renderer.Render("\u0378\u0378", 40, 20)!;

        Assert.True(Cv2.CountNonZero(drawn) > 1000);
        Assert.False(drawn.Size() == other.Size() && Cv2.Norm(drawn, other) == 0, "the characters were replaced");
        Assert.True(Cv2.CountNonZero(tofu) > 0, "a character that no font has is a question mark");
    }

    [Theory]
    [InlineData("高兴")]
    [InlineData("سعيد جدا")]
    [InlineData("खुश")]
    [InlineData("😀 happy")]
    [InlineData("e\u0301")]
    [InlineData("\u0378")]
    public void A_label_in_any_script_is_drawn_in_capital_height_and_its_margin(string label)
    {
        using var glyphs = new GlyphCache();
        var mask = glyphs[label + " 87%", 40];

        Assert.Equal(80, mask.Height);
        Assert.True(mask.Width > 80);
        // The percent sign at the end, whatever stands before it.
        using var end = new Mat(mask, new Rect(mask.Width - 70, 20, 50, 40));
        Assert.True(Cv2.CountNonZero(end) > 200);
    }

    [Fact]
    public void A_text_from_right_to_left_keeps_its_number_on_the_right()
    {
        using var runs = new TextRuns("DejaVu Sans", SkiaSharp.SKFontStyle.Bold);
        Assert.SkipUnless(runs.HasFont, "needs a font, such as fonts-dejavu-core");

        Assert.Equal(["سعيد جدا", " 87%"], runs.Of("سعيد جدا 87%").Select(run => run.Text));
    }

    private static int Count(Mat image, Vec3b color)
    {
        using var mask = new Mat();
        Cv2.InRange(image, new Scalar(color.Item0 - 3, color.Item1 - 3, color.Item2 - 3), new Scalar(color.Item0 + 3, color.Item1 + 3, color.Item2 + 3), mask);
        return Cv2.CountNonZero(mask);
    }

    private static Mat Tab(Mat image, Rect colored) => new(image, colored);
}
