using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class HaarFaceDetectorTests
{
    private static readonly HaarOptions Everything = new() { MinFace = new FaceSize(0.1) };

    [Fact]
    public void A_missing_cascade_is_reported_with_the_package_to_install()
    {
        var failure = Assert.Throws<FerException>(() => HaarCascade.Locate(null, _ => null, ["/nowhere"]));
        Assert.Contains("opencv-data", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<FerException>(() => HaarCascade.Locate("/nowhere/face.xml"));
        Assert.Contains("/nowhere/face.xml", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cascade_is_found_in_the_environments_folder_before_the_packages()
    {
        using var folder = new TemporaryFolder();
        var chosen = folder.Inside("data", "haarcascades", HaarCascade.FileName);
        var packaged = folder.Inside("package", HaarCascade.FileName);
        File.WriteAllText(chosen, "");
        File.WriteAllText(packaged, "");
        Assert.Equal(packaged, HaarCascade.Locate(null, _ => null, [folder.Inside("package")]));
        Assert.Equal(chosen, HaarCascade.Locate(null, name => name == "OPENCV_DATA_PATH" ? folder.Inside("data") : null, [folder.Inside("package")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not XML at all")]
    [InlineData("<?xml version=\"1.0\"?><opencv_storage><a>1</a></opencv_storage>")]
    public void A_file_that_is_not_a_cascade_is_rejected_by_name(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Inside("face.xml");
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.Throws<FerException>(() => new HaarFaceDetector(new HaarOptions { Cascade = path })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_without_a_face_or_smaller_than_any_face_has_none()
    {
        using var detector = Detector();
        var faces = new List<DetectedFace> { new(new Rect(1, 2, 3, 4)) };
        using var flat = new Mat(240, 320, MatType.CV_8UC3, Scalar.All(90));
        detector.Detect(flat, faces);
        Assert.Empty(faces);
        using var tiny = new Mat(5, 3, MatType.CV_8UC1, Scalar.All(90));
        detector.Detect(tiny, faces);
        Assert.Empty(faces);
        detector.DetectNear(tiny, [Face(0, 0, 3), Face(-50, -50, 20), Face(500, 500, 60)], faces);
        Assert.Empty(faces);
    }

    [Theory]
    [InlineData(640, 480, 200, 120, 180)]
    [InlineData(1280, 720, 900, 400, 240)]
    public void A_drawn_face_is_detected_at_its_position(int width, int height, int x, int y, int size)
    {
        using var detector = Detector();
        using var image = new Mat(height, width, MatType.CV_8UC3, Scalar.All(120));
        DrawnHead.Draw(image, new Rect(x, y, size, size));
        var everywhere = new List<DetectedFace>();
        detector.Detect(image, everywhere);
        var found = Assert.Single(everywhere);
        Assert.True(FaceBoxes.Overlap(found.Box, new Rect(x, y, size, size)) > 0.6, $"found {found}");
        var near = new List<DetectedFace>();
        detector.DetectNear(image, everywhere, near);
        Assert.True(FaceBoxes.Overlap(Assert.Single(near).Box, found.Box) > 0.7);
        detector.DetectNear(image, [Face(0, 0, 90)], near);
        Assert.Empty(near);
    }

    [Theory]
    [InlineData(0.26, 1.0)]
    [InlineData(-0.26, 1.0)]
    [InlineData(0.0, 1.25)]
    [InlineData(0.0, 0.8)]
    public void A_face_that_is_not_quite_where_it_is_expected_is_found_by_the_wider_search(double shift, double size)
    {
        using var detector = Detector();
        using var image = new Mat(480, 640, MatType.CV_8UC3, Scalar.All(120));
        DrawnHead.Draw(image, new Rect(220, 140, 180, 180));
        var faces = new List<DetectedFace>();
        detector.Detect(image, faces);
        var face = Assert.Single(faces).Box;
        var width = (int)(face.Width * size);
        var expected = new DetectedFace(new Rect(face.X + (face.Width - width) / 2 + (int)(shift * face.Width), face.Y + (face.Height - width) / 2, width, width));

        detector.DetectNear(image, [expected], faces);

        Assert.Contains(faces, found => FaceBoxes.Overlap(found.Box, face) > 0.7);
    }

    [Fact]
    public void A_face_is_one_box_even_with_zero_min_neighbors()
    {
        using var detector = Detector(minNeighbors: 0);
        using var image = new Mat(480, 640, MatType.CV_8UC3, Scalar.All(120));
        var head = new Rect(220, 140, 180, 180);
        DrawnHead.Draw(image, head);
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);
        Assert.True(FaceBoxes.Overlap(Assert.Single(faces).Box, head) > 0.6);
        detector.DetectNear(image, [new DetectedFace(head)], faces);
        Assert.True(FaceBoxes.Overlap(Assert.Single(faces).Box, head) > 0.6);
    }

    [Theory]
    [InlineData(-22)]
    [InlineData(22)]
    public void The_second_look_finds_a_rotated_head_and_its_roll_and_the_local_search_keeps_it(double roll)
    {
        using var detector = Detector();
        using var upright = new Mat(480, 640, MatType.CV_8UC3, Scalar.All(120));
        var head = new Rect(220, 140, 180, 180);
        DrawnHead.Draw(upright, head);
        using var rotation = Cv2.GetRotationMatrix2D(new Point2f(310, 230), -roll, 1);
        using var image = new Mat();
        Cv2.WarpAffine(upright, image, rotation, upright.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        var faces = new List<DetectedFace>();

        detector.DetectFallback(image, faces);

        var found = Assert.Single(faces);
        Assert.Equal(20 * Math.Sign(roll), found.Roll);
        Assert.True(FaceBoxes.Overlap(found.Box, head) > 0.6, $"found {found}");
        detector.DetectNear(image, [found], faces);
        Assert.Contains(faces, face => face.Roll == found.Roll && FaceBoxes.Overlap(face.Box, head) > 0.6);
    }

    [Fact]
    public void A_90_pixel_face_in_a_full_HD_image_is_found_with_the_default_for_still_images()
    {
        using var detector = Detector(HaarOptions.StillImages);
        using var image = new Mat(1080, 1920, MatType.CV_8UC3, Scalar.All(120));
        var head = new Rect(1200, 300, 90, 90);
        DrawnHead.Draw(image, head);
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        Assert.Contains(faces, face => FaceBoxes.Overlap(face.Box, head) > 0.6);
    }

    private static DetectedFace Face(int x, int y, int side) => new(new Rect(x, y, side, side));

    private static HaarFaceDetector Detector(int minNeighbors = 3) => Detector(Everything with { MinNeighbors = minNeighbors });

    private static HaarFaceDetector Detector(HaarOptions options)
    {
        try
        {
            return new HaarFaceDetector(options);
        }
        catch (FerException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
