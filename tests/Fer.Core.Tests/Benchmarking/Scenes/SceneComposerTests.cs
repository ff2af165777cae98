using Fer.Core.Benchmarking.Scenes;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Core.Tests.Benchmarking.Scenes;

public sealed class SceneComposerTests
{
    private static readonly SceneOptions Small = new() { Width = 320, Height = 240, LargestFace = 90 };

    [Fact]
    public void Equal_seeds_give_equal_scenes_and_other_seeds_others()
    {
        using var one = Compose(Small);
        using var same = Compose(Small);
        using var other = Compose(Small with { Seed = 2 });

        Assert.Equal(one.Faces, same.Faces);
        Assert.Equal(0, Cv2.Norm(one.Image, same.Image));
        Assert.NotEqual(0, Cv2.Norm(one.Image, other.Image));
    }

    [Fact]
    public void An_upright_face_looks_in_the_scene_as_in_its_crop()
    {
        var faces = SampleFaces.Draw(1, seed: 3);
        var composer = new SceneComposer(faces, Small with { SmallestFace = 48, LargestFace = 48, MaxRoll = 0, OccludedShare = 0 });
        for (var number = 0; number < faces.Count; number++)
        {
            using var scene = composer.Compose(number, number);
            using var gray = scene.Image.CvtColor(ColorConversionCodes.BGR2GRAY);
            using var pasted = new Mat(gray, Assert.Single(scene.Faces).Box);
            using var crop = Mat.FromPixelData(48, 48, MatType.CV_8UC1, faces.Face(number).ToArray());
            using var correlation = new Mat();
            // Light, tone and blur change the gray levels, not the image.
            Cv2.MatchTemplate(pasted, crop, correlation, TemplateMatchModes.CCoeffNormed);
            Assert.InRange(correlation.At<float>(0, 0), 0.8f, 1f);
        }
    }

    [Fact]
    public void Portraits_have_one_face_of_60_to_220_pixels_inside_the_image()
    {
        var composer = new SceneComposer(SampleFaces.Draw(1, seed: 3), new SceneOptions().AsPortraits());
        for (var number = 0; number < 5; number++)
        {
            using var scene = composer.Compose(number, face: 0);
            var face = Assert.Single(scene.Faces);
            Assert.InRange(face.Box.Width, 60, 220);
            Assert.InRange(Math.Abs(face.Roll), 0, 20);
            Assert.Equal(face.Box, face.Box & new Rect(0, 0, scene.Image.Width, scene.Image.Height));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_face_says_whether_it_is_covered(double share)
    {
        using var scene = Compose(Small with { EmptyShare = 0, OccludedShare = share });

        Assert.NotEmpty(scene.Faces);
        Assert.All(scene.Faces, face => Assert.Equal(share == 1, face.IsCovered));
    }

    [Fact]
    public void A_border_continues_the_edge_of_the_crop_without_a_second_mouth()
    {
        using var crop = new Mat(48, 48, MatType.CV_8UC1, Scalar.All(150));
        Cv2.Rectangle(crop, new Rect(14, 36, 20, 6), Scalar.All(20), -1);

        using var continued = CropSurroundings.Continue(crop, 16);

        using var inside = new Mat(continued, new Rect(16, 16, 48, 48));
        using var below = new Mat(continued, new Rect(16, 66, 48, 14));
        Cv2.MinMaxLoc(below, out double darkest, out double _);
        Assert.Equal(0, Cv2.Norm(inside, crop));
        Assert.InRange(darkest, 130, 150);
    }

    private static Scene Compose(SceneOptions options) => new SceneComposer(SampleFaces.Draw(1, seed: 3), options).Compose(4);
}
