using Fer.Core.Detection;
using Fer.Core.Detection.Cropping;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Cropping;

public sealed class FolderCropperTests : IDisposable
{
    private static readonly Rect Large = new(60, 50, 150, 150), Small = new(300, 80, 90, 90), Rolled = new(150, 120, 180, 180);

    private readonly TemporaryFolder _folder = new();

    private string Photographs => _folder.Inside("photos");

    private string Output => Directory.CreateDirectory(_folder.Inside("faces")).FullName;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void The_network_reads_a_crop_exactly_as_detection_reads_the_photograph(double roll)
    {
        var box = roll == 0 ? Large : Rolled;
        using var photograph = ComposedFaces.Image(480, 400, box, roll);
        ImageFile.Write(_folder.Inside("photos", "happy", "a.png"), photograph);
        using var detector = new Fixed(new DetectedFace(box, Roll: roll));
        using var classifier = new EmotionClassifier(TinyNetwork.Checkpoint());
        using var frame = new Frame();
        photograph.CopyTo(frame.Image);
        frame.Fill(0, TimeSpan.Zero, "a.png", isStill: true);
        new EmotionPipeline(detector, classifier, new TrackingOptions()).Process(frame);

        Crop(detector);
        using var crop = Cv2.ImRead(Path.Combine(Output, "happy", "a.png"), ImreadModes.Unchanged);

        Assert.Equal(1, crop.Channels());
        Assert.Equal(Assert.Single(frame.Faces).Probabilities, classifier.Classify(crop, [new Rect(0, 0, crop.Width, crop.Height)])[0]);
    }

    [Fact]
    public void Folders_are_kept_several_faces_are_numbered_and_images_without_one_are_in_the_table()
    {
        Photograph("train/happy/two.png", 480);
        Photograph("train/sad/none.png", 200);
        File.WriteAllText(_folder.Inside("photos", "train", "sad", "broken.jpg"), "no image");

        var images = Crop(new Fixed(new DetectedFace(Small), new DetectedFace(Large)) { SmallestWidth = 400 });

        Assert.Equal(["train/happy/two-1.png", "train/happy/two-2.png"], Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Output, file)).Order());
        Assert.Equal(Large, images[0].Crops[0].Face.Box);
        var lines = CroppedImage.ToCsv(images).TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("train/happy/two.png,2,train/happy/two-1.png,60,50,150,150,0,,", lines[1], StringComparison.Ordinal);
        Assert.Contains("train/sad/none.png,0,,,,,,,,no face found", lines);
        Assert.Contains(lines, line => line.StartsWith("train/sad/broken.jpg,0,", StringComparison.Ordinal));
    }

    [Fact]
    public void The_largest_face_alone_on_request_and_the_slower_search_where_none_is_found()
    {
        Photograph("a.png", 480);
        using var several = new Fixed(new DetectedFace(Small), new DetectedFace(Large));
        using var hidden = new Fixed(new DetectedFace(Small)) { OnlyHarder = true };
        using var image = Cv2.ImRead(Path.Combine(Photographs, "a.png"));

        Assert.Equal(Large, Assert.Single(new FaceCropper(several, largestOnly: true).Find(image)).Box);
        Assert.Equal(Small, Assert.Single(new FaceCropper(hidden, largestOnly: false).Find(image)).Box);
    }

    [Fact]
    public void Photographs_of_one_name_and_several_formats_keep_their_crops_apart()
    {
        Photograph("a.png", 480);
        Photograph("a.jpg", 480);

        Crop(new Fixed(new DetectedFace(Large)));

        Assert.Equal(["a.jpg.png", "a.png.png"], Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_photograph_that_is_named_like_the_crop_of_another_does_not_replace_it()
    {
        Photograph("a-1.png", 440);
        Photograph("a.png", 480);

        var images = Crop(new Fixed(new DetectedFace(Large), new DetectedFace(Small)) { OneFaceBelow = 460 });

        string[] crops = [.. images.SelectMany(image => image.Crops).Select(crop => crop.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(3, crops.Distinct().Count());
        Assert.Equal(crops, Directory.EnumerateFiles(Output).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Photographs_are_told_from_face_crops()
    {
        Photograph("scene.png", 480, height: 470);
        Photograph("wide.png", 700);
        using (var photograph = ComposedFaces.Image(480, 400, Large))
        using (var crop = new Mat(photograph, Large))
        {
            ImageFile.Write(_folder.Inside("photos", "crop.png"), crop);
        }

        using var smallFace = new Fixed(new DetectedFace(Small));
        using var largeFace = new Fixed(new DetectedFace(Large));
        using var noFace = new Fixed();

        Assert.Equal(NoCrop.SmallFace, new CropCheck(smallFace).Of(At("scene.png")));
        Assert.Equal(NoCrop.NoFace, new CropCheck(noFace).Of(At("scene.png")));
        Assert.Equal(NoCrop.NotSquare, new CropCheck(null).Of(At("wide.png")));
        Assert.Null(new CropCheck(largeFace).Of(At("crop.png")));
        Assert.Null(new CropCheck(noFace).Of(At("missing.png")));

        string At(string name) => Path.Combine(Photographs, name);
    }

    private IReadOnlyList<CroppedImage> Crop(Fixed detector)
    {
        using (detector)
        {
            return new FolderCropper(new FaceCropper(detector, largestOnly: false)).Crop(Photographs, Output, (_, _) => { }, TestContext.Current.CancellationToken);
        }
    }

    private void Photograph(string name, int width, int height = 400)
    {
        using var image = ComposedFaces.Image(width, height, new Rect(20, 20, 100, 100));
        ImageFile.Write(_folder.Inside(["photos", .. name.Split('/')]), image);
    }

    /// <summary>Finds the same faces in every image.</summary>
    private sealed class Fixed(params DetectedFace[] faces) : IFaceDetector
    {
        public string Name => "fixed";

        /// <summary>Images that are narrower have none.</summary>
        public int SmallestWidth { get; init; }

        /// <summary>Images that are narrower have the first face only.</summary>
        public int OneFaceBelow { get; init; }

        public bool OnlyHarder { get; init; }

        public void Detect(Mat image, List<DetectedFace> found) => Fill(found, !OnlyHarder && image.Width >= SmallestWidth, image.Width);

        public void DetectFallback(Mat image, List<DetectedFace> found) => Fill(found, OnlyHarder, image.Width);

        public void Dispose()
        {
        }

        private void Fill(List<DetectedFace> found, bool any, int width)
        {
            found.Clear();
            found.AddRange(any ? faces.Take(width < OneFaceBelow ? 1 : faces.Length) : []);
        }
    }
}
