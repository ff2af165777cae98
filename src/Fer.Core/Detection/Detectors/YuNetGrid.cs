namespace Fer.Core.Detection.Detectors;

/// <summary>The network's outputs for one grid of cells, row by row.</summary>
/// <param name="classes">Probability of the class face, one for each cell.</param>
/// <param name="objects">Probability that the cell holds an object, one for each cell.</param>
/// <param name="boxes">Center and logarithm of the size, in cells: four for each cell.</param>
/// <param name="landmarks">Five points in cells: ten values for each cell.</param>
internal readonly ref struct YuNetGrid(ReadOnlySpan<float> classes, ReadOnlySpan<float> objects, ReadOnlySpan<float> boxes, ReadOnlySpan<float> landmarks)
{
    /// <summary>Probability of the class face, one for each cell.</summary>
    public ReadOnlySpan<float> Classes { get; } = classes;

    /// <summary>Probability that the cell holds an object, one for each cell.</summary>
    public ReadOnlySpan<float> Objects { get; } = objects;

    /// <summary>Center and logarithm of the size, in cells: four for each cell.</summary>
    public ReadOnlySpan<float> Boxes { get; } = boxes;

    /// <summary>Five points in cells: ten values for each cell.</summary>
    public ReadOnlySpan<float> Landmarks { get; } = landmarks;
}
