namespace Fer.Core.Data;

/// <summary>
/// Which augmented view of its images an epoch shows. Fixed views let teachers predict each of them once.
/// </summary>
/// <param name="Count">Views of each image; 0 for a new one in every epoch.</param>
public readonly record struct AugmentedViews(int Count)
{
    /// <summary>The view of an epoch, 1 for the first.</summary>
    public int Of(int epoch) => Count == 0 ? epoch : (epoch - 1) % Count + 1;

    /// <summary>Whether an epoch shows the mirror images: every second time that the views repeat, which doubles them at no cost.</summary>
    public bool Mirrors(int epoch) => Count > 0 && (epoch - 1) / Count % 2 == 1;
}
