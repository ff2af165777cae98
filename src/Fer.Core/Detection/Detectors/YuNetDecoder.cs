using System.Numerics.Tensors;
using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// Decodes the outputs of YuNet's network, as OpenCV's <c>FaceDetectorYN</c> does: in each cell of three grids, whose
/// strides are 8, 16 and 32 pixels, the network predicts one face relative to the cell.
/// </summary>
internal static class YuNetDecoder
{
    private const float NmsThreshold = 0.3f;

    /// <summary>Appends the faces of one grid.</summary>
    /// <param name="grid">Its outputs.</param>
    /// <param name="stride">Pixels of a cell.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="minScore">The score threshold.</param>
    /// <param name="faces">Receives the faces.</param>
    public static void Decode(YuNetGrid grid, int stride, int columns, float minScore, List<YuNetFace> faces)
    {
        for (var cell = 0; cell < grid.Classes.Length; cell++)
        {
            var score = MathF.Sqrt(Math.Clamp(grid.Classes[cell], 0, 1) * Math.Clamp(grid.Objects[cell], 0, 1));
            // Negated, so that NaN is rejected too.
            if (!(score >= minScore))
            {
                continue;
            }

            var (column, row) = (cell % columns, cell / columns);
            var box = grid.Boxes.Slice(4 * cell, 4);
            var (width, height) = (MathF.Exp(box[2]) * stride, MathF.Exp(box[3]) * stride);
            var (x, y) = ((column + box[0]) * stride, (row + box[1]) * stride);
            var points = grid.Landmarks.Slice(10 * cell, 10);
            if (!float.IsFinite(x + y + width + height + TensorPrimitives.Sum(points)))
            {
                continue;
            }

            faces.Add(new YuNetFace(
                new Rect2f(x - width / 2, y - height / 2, width, height),
                new FaceLandmarks(Point(points, 0), Point(points, 1), Point(points, 2), Point(points, 3), Point(points, 4)),
                score));

            Point2f Point(ReadOnlySpan<float> offsets, int index) => new((column + offsets[2 * index]) * stride, (row + offsets[2 * index + 1]) * stride);
        }
    }

    /// <summary>Non-maximum suppression: of boxes that overlap, the one with the highest score remains.</summary>
    /// <returns>The remaining faces, the highest score first.</returns>
    public static IReadOnlyList<YuNetFace> Suppress(IEnumerable<YuNetFace> faces)
    {
        var kept = new List<YuNetFace>();
        foreach (var face in faces.OrderByDescending(face => face.Score))
        {
            if (kept.TrueForAll(better => Iou(better.Box, face.Box) <= NmsThreshold))
            {
                kept.Add(face);
            }
        }

        return kept;
    }

    private static float Iou(Rect2f a, Rect2f b)
    {
        var (width, height) = (Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left), Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
        var common = Math.Max(0, width) * Math.Max(0, height);
        return common / (a.Width * a.Height + b.Width * b.Height - common);
    }
}
