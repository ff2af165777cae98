using Fer.Core.Detection;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class CropSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CropSink Sink(bool force = false) => new(new CopyNames(_folder.Inside("crops"), [_folder.Path], force: true, "--crops"), force);

    private Frame Frame(string name, bool isStill, params FacePrediction[] faces)
    {
        var frame = FacePredictions.Frame(new Size(120, 90), 0, faces);
        Cv2.Randu(frame.Image, Scalar.All(0), Scalar.All(255));
        frame.Fill(12, TimeSpan.Zero, Path.Combine(_folder.Path, name), isStill: isStill);
        return frame;
    }

    [Fact]
    public void Every_detected_face_is_an_image_that_taken_whole_gets_the_same_prediction()
    {
        using var classifier = new EmotionClassifier(TinyNetwork.Checkpoint());
        using var frame = Frame("in/a.jpg", isStill: true);
        var (upright, rolled) = (FacePredictions.Face(1, new Rect(5, 5, 50, 50)), FacePredictions.Face(2, new Rect(60, 20, 52, 52)) with { Roll = 20 });
        frame.Faces = [upright, rolled, FacePredictions.Face(3, new Rect(0, 0, 9, 9), isPredicted: true)];

        Sink().Write(frame);

        var crops = Directory.GetFiles(_folder.Inside("crops", "in")).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["a.jpg-1.png", "a.jpg-2.png"], crops.Select(path => Path.GetFileName(path)));
        foreach (var (path, face) in crops.Zip([upright, rolled]))
        {
            using var crop = Cv2.ImRead(path, ImreadModes.Unchanged);
            Assert.Equal(face.Box.Size, crop.Size());
            Assert.Equal(classifier.Classify(frame.Image, [face.Box], [face.Roll])[0], classifier.Classify(crop, [new Rect(0, 0, crop.Width, crop.Height)])[0]);
        }
    }

    [Fact]
    public void No_crop_replaces_an_input()
    {
        var input = _folder.Inside("other", "a.jpg-1.png");
        File.WriteAllText(input, "precious");
        using var frame = Frame("in/a.jpg", isStill: true, FacePredictions.Face(1, new Rect(5, 5, 50, 50)));
        using var sink = new CropSink(new CopyNames(_folder.Inside("other"), [_folder.Inside("in")], force: true, "--crops") { Inputs = [frame.Source, input] }, force: true);

        Assert.Contains("is an input", Assert.Throws<FerException>(() => sink.Write(frame)).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(input));
    }

    [Fact]
    public void Faces_of_a_video_are_named_by_frame_and_track()
    {
        using var frame = Frame("talk.mp4", isStill: false, FacePredictions.Face(4, new Rect(5, 5, 50, 50)));

        Sink().Write(frame);

        Assert.True(File.Exists(_folder.Inside("crops", "talk.mp4", "000012-4.png")));
    }

    [Fact]
    public void A_file_that_is_listed_again_replaces_its_own_crops()
    {
        using var frame = Frame("a.jpg", isStill: true, FacePredictions.Face(1, new Rect(5, 5, 50, 50)));
        using var sink = Sink();
        sink.Write(frame);
        Assert.Throws<FerException>(() => sink.Write(frame));
        frame.File = 1;
        Assert.True(sink.Write(frame));
    }

    [Fact]
    public void An_existing_crop_is_replaced_only_if_the_user_says_so()
    {
        using var frame = Frame("a.jpg", isStill: true, FacePredictions.Face(1, new Rect(5, 5, 50, 50)));
        Sink().Write(frame);

        Assert.Contains("--force", Assert.Throws<FerException>(() => Sink().Write(frame)).Message, StringComparison.Ordinal);
        Assert.True(Sink(force: true).Write(frame));
    }
}
