using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>A face at a known place in a scene.</summary>
/// <param name="Box">The square of the original crop, upright around its center, in pixels of the scene.</param>
/// <param name="Roll">Clockwise rotation in degrees.</param>
/// <param name="Index">The face in the dataset.</param>
public sealed record SceneFace(Rect Box, double Roll, int Index)
{
    /// <summary>Whether it is less sharp than its crop.</summary>
    public bool IsBlurred { get; init; }

    /// <summary>Whether something covers a part of it.</summary>
    public bool IsCovered { get; init; }
}

/// <summary>A composed image and the faces in it.</summary>
/// <param name="Image">BGR, 8 bits per channel.</param>
/// <param name="Faces">Empty in an image without a face.</param>
public sealed record Scene(Mat Image, IReadOnlyList<SceneFace> Faces) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}
