using Fer.Core.Data;
using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Data;

public sealed class FacePreprocessorTests
{
    [Theory]
    [InlineData(48)]
    [InlineData(31)]
    [InlineData(130)]
    public void An_image_gives_the_same_pixels_as_a_file_and_as_a_part_of_a_frame(int side)
    {
        using var face = new Mat(side, side, MatType.CV_8UC3);
        Cv2.Randu(face, new Scalar(0, 0, 0), new Scalar(255, 255, 255));
        using var frame = new Mat(200, 300, MatType.CV_8UC3, new Scalar(9, 9, 9));
        var place = new Rect(50, 20, side, side);
        using (var region = new Mat(frame, place))
        {
            face.CopyTo(region);
        }

        Cv2.ImEncode(".png", face, out var encoded);
        using var decoded = FacePreprocessor.Decode(encoded);
        var preprocessor = new FacePreprocessor(new Preprocessing(48, 0.5, 0.25));
        var (asFile, inFrame) = (new byte[48 * 48], new byte[48 * 48]);

        preprocessor.Crop(decoded!, new Rect(0, 0, side, side), asFile);
        preprocessor.Crop(frame, place, inFrame);

        Assert.Equal(asFile, inFrame);
    }

    [Fact]
    public void A_gray_file_and_its_color_copy_give_the_same_pixels()
    {
        using var gray = new Mat(60, 60, MatType.CV_8UC1);
        Cv2.Randu(gray, new Scalar(0), new Scalar(255));
        using var color = gray.CvtColor(ColorConversionCodes.GRAY2BGR);
        var preprocessor = new FacePreprocessor(Preprocessing.UnitRange);
        var (a, b) = (new byte[48 * 48], new byte[48 * 48]);

        preprocessor.Crop(gray, new Rect(0, 0, 60, 60), a);
        preprocessor.Crop(color, new Rect(0, 0, 60, 60), b);

        Assert.Equal(a, b);
    }

    [Fact]
    public void Normalized_input_has_the_stated_mean_and_deviation()
    {
        using var pixels = tensor(new byte[] { 0, 255 }).reshape(2, 1, 1, 1);

        using var input = new FacePreprocessor(new Preprocessing(1, 0.5, 0.25)).Normalize(pixels);

        Assert.Equal([-2f, 2f], input.data<float>().ToArray().Select(value => MathF.Round(value, 5)));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    public void Bytes_that_are_not_an_image_decode_to_null(byte[] bytes) => Assert.Null(FacePreprocessor.Decode(bytes));

    [Fact]
    public void A_rotated_face_is_turned_upright_in_its_crop_and_a_slight_rotation_is_left()
    {
        var box = new Rect(100, 60, 96, 96);
        using var upright = ComposedFaces.Image(320, 240, box);
        using var rotated = ComposedFaces.Image(320, 240, box, roll: 30);
        byte[] expected = Crop(upright, 0), turned = Crop(rotated, 30), left = Crop(rotated, 0), slight = Crop(rotated, 7.9);

        Assert.Equal(left, slight);
        Assert.InRange(Difference(expected, turned), 0, 0.25 * Difference(expected, left));

        byte[] Crop(Mat image, double roll)
        {
            var pixels = new byte[48 * 48];
            new FacePreprocessor(Preprocessing.UnitRange).Crop(image, box, pixels, roll);
            return pixels;
        }

        static double Difference(byte[] one, byte[] other) => one.Zip(other).Average(pair => Math.Abs(pair.First - pair.Second));
    }

    [Fact]
    public void A_rotated_face_at_the_edge_of_the_image_is_cropped_too()
    {
        using var image = ComposedFaces.Image(320, 240, new Rect(100, 60, 96, 96));
        var pixels = new byte[48 * 48];

        new FacePreprocessor(Preprocessing.UnitRange).Crop(image, new Rect(280, 200, 40, 40), pixels, roll: 45);

        Assert.Contains(pixels, pixel => pixel > 0);
    }
}
