using Fer.Core.Detection.Detectors;
using Fer.Core.Export;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class YuNetFaceDetectorTests
{
    [Fact]
    public void Boxes_become_squares_in_pixels_of_the_image()
    {
        var points = new FaceLandmarks(new Point2f(15, 30), new Point2f(35, 30), new Point2f(25, 40), new Point2f(18, 52), new Point2f(32, 52));
        YuNetFace[] results = [new(new Rect2f(10, 20, 30, 40), points, 0.9f), new(new Rect2f(-10, 5, 20, 20), points, 0.8f)];
        var faces = new List<DetectedFace>();
        YuNetResults.Collect(results, new Size(640, 480), new Rect(0, 0, 640, 480), new Size(160, 120), faces);

        Assert.Equal([new Rect(32, 97, 136, 136), new Rect(0, 28, 34, 68)], faces.Select(face => face.Box));
        Assert.Equal(0.9f, faces[0].Score);
        Assert.Equal(new Point2f(60, 120), faces[0].Landmarks!.RightEye);
    }

    [Fact]
    public void A_missing_file_is_reported_by_name()
    {
        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector("nowhere.onnx", new FaceSize(0.1)));
        Assert.Contains("nowhere.onnx does not exist", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_a_network_is_rejected()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "face.onnx");
        File.WriteAllText(path, "not a network");

        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector(path, new FaceSize(0.1)));

        Assert.Contains("is not a YuNet model", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(YuNetModel.WayOut(path), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_network_is_rejected()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "emotions.onnx");
        using (var file = File.Create(path))
        {
            OnnxWriter.Write(file, TinyNetwork.Checkpoint());
        }

        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector(path, new FaceSize(0.1)));

        Assert.EndsWith(YuNetModel.WayOut(path), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(640, 480)]
    [InlineData(333, 517)]
    public void The_network_finds_what_OpenCV_finds(int width, int height)
    {
        using var image = ComposedFaces.Image(width, height, new Rect(60, 80, 140, 140));
        using var opencv = FaceDetectorYN.Create(Model(), "", new Size(width, height), 0.7f, 0.3f, 5000);
        using var expected = new Mat();
        _ = opencv.Detect(image, expected);
        using var network = new YuNetNetwork(Model(), threads: 1);

        var face = Assert.Single(network.Run(image, minScore: 0.7f));

        float[] values =
        [
            face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height,
            face.Landmarks.RightEye.X, face.Landmarks.RightEye.Y, face.Landmarks.LeftEye.X, face.Landmarks.LeftEye.Y, face.Landmarks.Nose.X, face.Landmarks.Nose.Y,
            face.Landmarks.RightMouth.X, face.Landmarks.RightMouth.Y, face.Landmarks.LeftMouth.X, face.Landmarks.LeftMouth.Y, face.Score,
        ];
        Assert.Equal(1, expected.Rows);
        Assert.All(values.Index(), value => Assert.Equal(expected.At<float>(0, value.Index), value.Item, 0.05f));
    }

    [Fact]
    public void A_truncated_model_is_rejected_with_the_command_that_downloads_it_again()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "face.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(Model())[..100_000]);

        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector(path, new FaceSize(0.1)));

        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(YuNetModel.WayOut(path), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    [InlineData(-25)]
    public void Faces_are_found_with_their_score_and_roll(double roll)
    {
        using var detector = Detector();
        var box = new Rect(240, 160, 160, 160);
        using var image = ComposedFaces.Image(640, 480, box, roll);
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        var face = Assert.Single(faces);
        Assert.InRange(face.Roll, roll - 10, roll + 10);
        Assert.InRange(face.Score!.Value, 0.7f, 1f);
        Assert.True(FaceBoxes.Iou(face.Box, box) > 0.6, $"{face.Box}");
    }

    [Theory]
    [InlineData(640, 480, 300)]
    [InlineData(4000, 3000, 2000)]
    [InlineData(4000, 3000, 200)]
    [InlineData(4000, 3000, 95)]
    public void Large_faces_and_large_images_are_searched_at_several_scales(int width, int height, int side)
    {
        using var detector = Detector();
        var box = new Rect((width - side) / 2, (height - side) / 2, side, side);
        using var image = ComposedFaces.Image(width, height, box);
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        Assert.True(FaceBoxes.Iou(Assert.Single(faces).Box, box) > 0.6, $"{faces[0].Box}");
    }

    [Fact]
    public void An_expected_face_is_believed_at_a_score_that_a_new_one_does_not_have()
    {
        using var detector = Detector();
        var box = new Rect(240, 160, 160, 160);
        using var clear = ComposedFaces.Image(640, 480, box);
        List<DetectedFace> faces = [];
        detector.Detect(clear, faces);
        DetectedFace[] expected = [Assert.Single(faces)];

        // Blurred step by step until the face is no longer found.
        using var blurred = new Mat();
        for (var sigma = 2.0; faces.Count > 0; sigma += 0.5)
        {
            Assert.True(sigma < 60);
            Cv2.GaussianBlur(clear, blurred, new Size(0, 0), sigma);
            detector.Detect(blurred, faces);
        }

        Assert.False(detector.DetectNear(blurred, expected, faces));
        Assert.InRange(Assert.Single(faces).Score!.Value, 0.5f, 0.7f);
        // Elsewhere it is not believed.
        DetectedFace[] elsewhere = [new(new Rect(20, 300, 160, 160), 0.9f)];
        Assert.True(detector.DetectNear(blurred, elsewhere, faces));
        Assert.Empty(faces);
    }

    [Fact]
    public void A_small_face_is_found_in_a_still_image_because_the_image_is_enlarged()
    {
        using var still = Detector();
        using var image = ComposedFaces.Image(320, 240, new Rect(150, 100, 20, 20));
        var faces = new List<DetectedFace>();

        still.Detect(image, faces);

        Assert.True(FaceBoxes.Iou(Assert.Single(faces).Box, new Rect(150, 100, 20, 20)) > 0.5, $"{faces[0].Box}");
    }

    [Fact]
    public void A_damaged_file_of_the_known_name_is_rejected_even_if_it_can_be_run()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, YuNetModel.FileName);
        var file = File.ReadAllBytes(Model());
        file[100_000] ^= 0xff;
        File.WriteAllBytes(path, file);

        var failure = Assert.Throws<FerException>(() => new YuNetFaceDetector(path, new FaceSize(0.1)));

        Assert.StartsWith($"{path} is damaged", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"get-detector --out {path} --force", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(150, 1)]
    [InlineData(190, 1)]
    [InlineData(280, 0)]
    public void Faces_of_at_least_the_smallest_size_are_found(int smallest, int found)
    {
        using var detector = new YuNetFaceDetector(Model(), new FaceSize(smallest));
        using var image = ComposedFaces.Image(640, 480, new Rect(200, 120, 220, 220));
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        Assert.Equal(found, faces.Count);
    }

    [Fact]
    public void A_panorama_is_searched_in_bounded_memory()
    {
        using var detector = Detector();
        using var image = ComposedFaces.Image(20_000, 600, new Rect(15_000, 150, 300, 300));
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        Assert.True(FaceBoxes.Iou(Assert.Single(faces).Box, new Rect(15_000, 150, 300, 300)) > 0.5, $"{faces[0].Box}");
    }

    [Fact]
    public void The_face_of_a_crop_of_48_pixels_is_found()
    {
        using var detector = Detector();
        using var image = ComposedFaces.Image(48, 48, new Rect(2, 2, 44, 44));
        var faces = new List<DetectedFace>();

        detector.Detect(image, faces);

        Assert.True(FaceBoxes.Iou(Assert.Single(faces).Box, new Rect(2, 2, 44, 44)) > 0.5, $"{faces[0].Box}");
    }

    [Theory]
    [InlineData(240, 160)]
    [InlineData(0, 0)]
    [InlineData(500, 340)]
    public void A_tracked_face_is_found_near_its_box_with_the_landmarks_of_the_full_search(int x, int y)
    {
        using var detector = Detector();
        var box = new Rect(x, y, 140, 140);
        using var image = ComposedFaces.Image(640, 480, box);
        var (full, near) = (new List<DetectedFace>(), new List<DetectedFace>());
        detector.Detect(image, full);

        Assert.False(detector.DetectNear(image, [new DetectedFace(new Rect(x + 15, y - 10, 120, 120))], near));

        var (expected, actual) = (Assert.Single(full), Assert.Single(near));
        Assert.True(FaceBoxes.Iou(expected.Box, actual.Box) > 0.8, $"{expected.Box} {actual.Box}");
        Assert.Equal(expected.Landmarks!.Nose.X, actual.Landmarks!.Nose.X, 10f);
        Assert.Equal(expected.Landmarks.Nose.Y, actual.Landmarks.Nose.Y, 10f);
    }

    [Fact]
    public void A_tracked_face_that_moved_away_is_found_where_it_is()
    {
        using var detector = Detector();
        var box = new Rect(60, 60, 140, 140);
        using var image = ComposedFaces.Image(640, 480, box);
        var faces = new List<DetectedFace>();

        Assert.True(detector.DetectNear(image, [new DetectedFace(new Rect(480, 320, 140, 140))], faces));

        Assert.True(FaceBoxes.Iou(Assert.Single(faces).Box, box) > 0.6, $"{faces[0].Box}");
    }

    private static YuNetFaceDetector Detector() => new(Model(), YuNetFaceDetector.StillImageMinFace);

    private static string Model()
    {
        var model = Environment.GetEnvironmentVariable(YuNetModel.Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(model), $"needs YuNet's file, named by {YuNetModel.Variable}");
        return model!;
    }
}
