using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The part of the training images that chooses the best epoch, where there is no folder for it.</summary>
/// <param name="Train">The images that are left to train on.</param>
/// <param name="Validation">The part.</param>
/// <param name="Source">Where it comes from, in words.</param>
/// <param name="Notes">What was kept on one side, a line each.</param>
internal sealed record HeldOut(FaceDataset Train, FaceDataset Validation, string Source, IReadOnlyList<string> Notes)
{
    private const double DefaultFraction = 0.1;

    /// <param name="whole">The training images.</param>
    /// <param name="options">Fraction or fold, groups and seed.</param>
    /// <param name="root">The data folder.</param>
    /// <param name="cancellation">Ends the search for near-identical images.</param>
    /// <exception cref="FerException">The images are too few, or the groups cannot be read.</exception>
    public static HeldOut From(FaceDataset whole, TrainingOptions options, string root, CancellationToken cancellation)
    {
        var fraction = options.Validation.Fraction ?? DefaultFraction;
        var named = options.Group is { } group ? ImageGroups.Parse(group) : null;
        if (options is { Folds: 0, Similar: SimilarImages.Apart } && named is null)
        {
            // As release 0.1 did, so that its training runs resume.
            var (train, validation) = ValidationSplit.Stratified(whole, fraction, options.Seed);
            return new HeldOut(train, validation, $"{fraction:0%} of the training images", []);
        }

        var together = KeptTogether.Of(whole, root, named, options.Similar == SimilarImages.Together, cancellation);
        if (options.Folds > 0)
        {
            var (train, validation) = GroupedSplit.Fold(whole, together.Groups, options.Fold, options.Folds, options.Seed);
            return new HeldOut(train, validation, $"fold {options.Fold} of {options.Folds} of the training images", NotesOn(together));
        }

        var (kept, held) = GroupedSplit.Of(whole, together.Groups, fraction, options.Seed);
        return new HeldOut(kept, held, $"{(double)held.Count / whole.Count:0%} of the training images", NotesOn(together));
    }

    private static IReadOnlyList<string> NotesOn(KeptTogether together)
    {
        var notes = new List<string>();
        if (together.Named > 0)
        {
            var others = together.Ungrouped > 0 ? $"; {together.Ungrouped:N0} images are in no group" : "";
            notes.Add($"--group: {together.Named:N0} groups, each on one side of the split{others}");
        }

        if (together.NearDuplicates > 0)
        {
            notes.Add($"{together.NearDuplicates:N0} images are near-identical to another one; these stay on one side of the split (fer-train inspect lists them, --similar apart separates them)");
        }

        return notes;
    }
}
