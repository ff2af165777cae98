using Fer.Core.Benchmarking.Scenes;
using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Benchmarking.Scenes;

public sealed class SceneScoreTests
{
    [Fact]
    public void A_box_near_a_face_is_a_match_and_every_other_box_is_false()
    {
        using var scene = new Scene(new Mat(480, 640, MatType.CV_8UC3), [Face(100, 100, 80, roll: 5), Face(400, 200, 80, roll: 40)]);
        var score = new SceneScore("detector");

        var matches = score.Add(scene, [Box(104, 108, 88), Box(106, 106, 80), Box(10, 300, 60)], seconds: 0.5);

        Assert.Equal([true, false], matches.Select(match => match.Detected is not null));
        Assert.Equal((1, 2, 0.5), (score.Images, score.FalseBoxes, score.Recall));
        Assert.Equal(1, score.RecallWhere(face => face.Roll < 30));
        Assert.Equal(0, score.RecallWhere(face => face.Roll > 30));
    }

    [Fact]
    public void Box_errors_are_in_units_of_the_face()
    {
        using var scene = new Scene(new Mat(480, 640, MatType.CV_8UC3), [Face(100, 100, 80, roll: 0)]);
        var score = new SceneScore("detector");

        score.Add(scene, [Box(95, 103, 90)], seconds: 0);

        Assert.Equal(90.0 / 80, score.Scale, 9);
        Assert.Equal(0.1, score.Down, 9);
    }

    private static SceneFace Face(int x, int y, int side, double roll) => new(new Rect(x, y, side, side), roll, 0);

    private static DetectedFace Box(int x, int y, int side) => new(new Rect(x, y, side, side));
}
