using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class YuNetDecoderTests
{
    private static readonly float[] Points = [0, 0, 0.5f, 0, 0.25f, 0.25f, 0, 0.5f, 0.5f, 0.5f];

    [Fact]
    public void A_face_is_relative_to_its_cell()
    {
        // The second of two columns, in the second row.
        float[] zeros = [0, 0, 0], boxes = [.. new float[12], 0.5f, 0.25f, MathF.Log(2), MathF.Log(3)];
        var faces = new List<YuNetFace>();

        YuNetDecoder.Decode(new YuNetGrid([.. zeros, 0.81f], [.. zeros, 1], boxes, [.. new float[30], .. Points]), stride: 8, columns: 2, minScore: 0.7f, faces);

        var face = Assert.Single(faces);
        Assert.Equal(0.9f, face.Score, 1e-6f);
        Assert.Equal(new Rect2f(4, -2, 16, 24), face.Box);
        Assert.Equal(new Point2f(8, 8), face.Landmarks.RightEye);
        Assert.Equal(new Point2f(12, 12), face.Landmarks.LeftMouth);
    }

    [Theory]
    [InlineData(float.NaN, 0, 0)]
    [InlineData(1, float.NaN, 0)]
    [InlineData(1, 1000, 0)]
    [InlineData(1, 0, float.NegativeInfinity)]
    [InlineData(0.4f, 0, 0)]
    public void What_is_not_a_number_or_not_probable_is_no_face(float score, float width, float landmark)
    {
        var faces = new List<YuNetFace>();

        YuNetDecoder.Decode(new YuNetGrid([score], [1], [0, 0, width, 0], [landmark, .. Points[1..]]), stride: 8, columns: 1, minScore: 0.7f, faces);

        Assert.Empty(faces);
    }

    [Fact]
    public void Of_overlapping_boxes_the_one_with_the_highest_score_remains()
    {
        var landmarks = new FaceLandmarks(default, default, default, default, default);
        YuNetFace Face(float x, float score) => new(new Rect2f(x, 0, 10, 10), landmarks, score);

        var kept = YuNetDecoder.Suppress([Face(0, 0.8f), Face(2, 0.9f), Face(30, 0.75f), Face(8, 0.85f)]);

        // The last overlaps the second by a quarter of their union.
        Assert.Equal([0.9f, 0.85f, 0.75f], kept.Select(face => face.Score));
    }
}
