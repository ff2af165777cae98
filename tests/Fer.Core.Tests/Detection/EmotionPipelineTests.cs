using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection;

public sealed class EmotionPipelineTests
{
    private static readonly Rect Box = new(40, 30, 60, 60);

    private static Frame Frame(int number, bool isStill = false)
    {
        var frame = new Frame { Number = number, Time = TimeSpan.FromSeconds(number / 30.0), IsStill = isStill };
        frame.Image.Create(120, 160, MatType.CV_8UC3);
        Cv2.Randu(frame.Image, Scalar.All(0), Scalar.All(255));
        return frame;
    }

    private static IReadOnlyList<FacePrediction> Process(EmotionPipeline pipeline, int number, bool isStill = false)
    {
        using var frame = Frame(number, isStill);
        pipeline.Process(frame);
        return frame.Faces;
    }

    [Fact]
    public void A_tracked_face_is_searched_locally_and_the_whole_image_from_time_to_time()
    {
        var detector = new ScriptedDetector([Box]);
        var pipeline = TinyNetwork.Pipeline(detector);
        for (var frame = 0; frame < 30; frame++)
        {
            Process(pipeline, frame);
        }

        Assert.Equal(29, detector.Calls.Count(call => call == "near"));
        Assert.InRange(detector.Calls.Count(call => call == "everywhere"), 4, 7);
    }

    [Fact]
    public void The_whole_image_is_not_searched_twice_in_a_frame()
    {
        var detector = new ScriptedDetector([Box]) { SearchesWholeImage = true };
        var pipeline = TinyNetwork.Pipeline(detector);
        for (var frame = 0; frame < 30; frame++)
        {
            Process(pipeline, frame);
        }

        Assert.Equal(["everywhere", .. Enumerable.Repeat("near", 29)], detector.Calls);
    }

    [Fact]
    public void A_face_that_both_searches_find_is_one_face()
    {
        var shifted = new Rect(45, 33, 66, 66);
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([Box], [Box, shifted], [shifted]));
        Process(pipeline, 0);
        Assert.Single(Process(pipeline, 10));
    }

    [Fact]
    public void A_face_that_is_hidden_for_a_second_keeps_its_id_and_a_face_behind_a_cut_gets_another()
    {
        Assert.Equal(1, Assert.Single(Last(Scalar.All(60))).TrackId);
        Assert.Equal(2, Assert.Single(Last(Scalar.All(220))).TrackId);

        // In the last frame the face is back, in front of the same wall or of another one.
        IReadOnlyList<FacePrediction> Last(Scalar wall)
        {
            var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([Box], [Box], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [Box]));
            IReadOnlyList<FacePrediction> faces = [];
            for (var number = 0; faces.Count == 0 || number < 45; number++)
            {
                using var frame = Frame(number);
                frame.Image.SetTo(Scalar.All(60));
                Cv2.Rectangle(frame.Image, new Rect(20, 20, 40, 40), Scalar.All(120), -1);
                if (number >= 30)
                {
                    frame.Image.SetTo(wall);
                    Cv2.Rectangle(frame.Image, wall.Val0 > 100 ? new Rect(90, 60, 60, 40) : new Rect(20, 20, 40, 40), Scalar.All(120), -1);
                }

                pipeline.Process(frame);
                faces = frame.Faces;
            }

            return faces;
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(40, 1)]
    public void Who_appears_after_a_face_left_the_image_is_another_person(int left, int id)
    {
        // Seen twice, then for more than a second nowhere, then in the same place.
        var box = new Rect(left, 30, 66, 66);
        var away = Enumerable.Repeat(Array.Empty<Rect>(), 32);
        Rect[] start = [left == 0 ? box with { X = 10 } : box];
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([start, [box], .. away, [box]]));
        IReadOnlyList<FacePrediction> faces = [];
        for (var frame = 0; frame < 60; frame++)
        {
            faces = Process(pipeline, frame);
            if (frame > 20 && faces.Count > 0)
            {
                break;
            }
        }

        Assert.Equal(id, Assert.Single(faces).TrackId);
    }

    [Fact]
    public void A_frame_without_a_face_has_an_empty_list()
    {
        Assert.Empty(Process(TinyNetwork.Pipeline(new ScriptedDetector()), 0));
    }

    [Fact]
    public void A_missed_face_keeps_a_predicted_box_that_is_marked_as_such()
    {
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([Box], []));
        var detected = Assert.Single(Process(pipeline, 0));
        var predicted = Assert.Single(Process(pipeline, 1));
        Assert.Equal((false, true), (detected.IsPredicted, predicted.IsPredicted));
        Assert.Equal(detected.Smoothed, predicted.Smoothed);
    }

    [Fact]
    public void Still_images_are_independent_of_each_other()
    {
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([Box]));
        var first = Assert.Single(Process(pipeline, 0, isStill: true));
        var second = Assert.Single(Process(pipeline, 0, isStill: true));
        Assert.Equal(1, second.TrackId);
        Assert.Equal(second.Probabilities, second.Smoothed);
        Assert.NotEqual(first.Probabilities, second.Probabilities);
    }

    [Fact]
    public void Boxes_end_at_the_edge_of_the_image()
    {
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([new Rect(120, 80, 40, 40)], [new Rect(130, 90, 30, 30)]));
        for (var frame = 0; frame < 3; frame++)
        {
            var face = Assert.Single(Process(pipeline, frame));
            Assert.True(face.Box.Right <= 160 && face.Box.Bottom <= 120 && face.Box.Width > 0);
        }
    }

    [Fact]
    public void A_still_image_without_a_face_is_searched_again_more_slowly()
    {
        var detector = new ScriptedDetector([]) { Harder = new DetectedFace(Box, Roll: 20) };
        var pipeline = TinyNetwork.Pipeline(detector);

        Assert.Equal(Box, Assert.Single(Process(pipeline, 0, isStill: true)).Box);
        Assert.Equal(["everywhere", "harder"], detector.Calls);
    }

    [Fact]
    public void In_a_video_the_slower_search_runs_at_most_once_a_second()
    {
        var detector = new ScriptedDetector([]);
        var pipeline = TinyNetwork.Pipeline(detector);
        for (var frame = 0; frame < 75; frame++)
        {
            Process(pipeline, frame);
        }

        Assert.Equal(3, detector.Calls.Count(call => call == "harder"));
    }

    [Fact]
    public void The_score_and_the_landmarks_of_the_detector_are_part_of_the_prediction()
    {
        var landmarks = new FaceLandmarks(new Point2f(50, 50), new Point2f(80, 50), new Point2f(65, 60), new Point2f(55, 75), new Point2f(75, 75));
        var pipeline = TinyNetwork.Pipeline(new ScriptedDetector([]) { Harder = new DetectedFace(Box, 0.875f, landmarks) });

        var face = Assert.Single(Process(pipeline, 0, isStill: true));

        Assert.Equal((0.875f, landmarks), (face.Score, face.Landmarks));
    }
}
