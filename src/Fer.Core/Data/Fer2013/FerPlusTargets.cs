using System.Globalization;
using static TorchSharp.torch;

namespace Fer.Core.Data.Fer2013;

/// <summary>
/// Soft targets for FER2013's own labels from the votes of FER+'s ten taggers. The taggers use the emotion words
/// differently than the labels do (they call few of the images labeled "fear" so), so a softmax regression on the
/// training images learns the probability of each label given the votes.
/// </summary>
internal static class FerPlusTargets
{
    // The votes predict 67% of FER2013's labels; always predicting the most frequent label is right for 25%.
    private const double MinGain = 0.1;
    private const int EnoughToCheck = 1000;

    /// <summary>The probability of each label given the votes on an image; null for images without votes.</summary>
    /// <param name="path">fer2013new.csv, or a part of it whose first column is the row number.</param>
    /// <param name="faces">Training images whose files are named after their row number, as by <c>fer-train convert</c>.</param>
    /// <exception cref="FerException">The file cannot be read, or has no votes for these images.</exception>
    public static float[]?[] Read(string path, FaceDataset faces)
    {
        var votes = FerPlusVotes.Read(path);
        int[] known = [.. Enumerable.Range(0, faces.Count).Where(face => RowOf(faces.Paths[face]) is { } row && votes.ContainsKey(row))];
        if (known.Length == 0)
        {
            throw new FerException($"{path} has no votes for these images: their names must be row numbers, as written by fer-train convert");
        }

        var probabilities = Fit([.. known.Select(face => votes[RowOf(faces.Paths[face])!.Value])], [.. known.Select(face => (long)faces.Targets[face])], faces.Labels.Count);
        RejectOtherImages(path, [.. known.Select(face => faces.Targets[face])], probabilities);
        var softTargets = new float[]?[faces.Count];
        foreach (var (face, softTarget) in known.Zip(probabilities))
        {
            softTargets[face] = softTarget;
        }

        return softTargets;
    }

    /// <summary>Detects files whose numbers have another order: their votes predict the labels no better than the most frequent label.</summary>
    private static void RejectOtherImages(string path, int[] targets, float[][] probabilities)
    {
        var correct = targets.Zip(probabilities).Count(face => Array.IndexOf(face.Second, face.Second.Max()) == face.First);
        var mostFrequent = targets.CountBy(label => label).Max(label => label.Value);
        if (targets.Length >= EnoughToCheck && correct < mostFrequent + MinGain * targets.Length)
        {
            throw new FerException($"the votes in {path} belong to other images: they predict {correct} of {targets.Length} labels, always predicting the most frequent label gets {mostFrequent}; image names must be row numbers, as written by fer-train convert");
        }
    }

    /// <summary>Softmax regression from votes to labels; the problem is convex, so it starts at zero.</summary>
    private static float[][] Fit(float[][] votes, long[] targets, int labels)
    {
        using var scope = NewDisposeScope();
        var shares = tensor(votes.SelectMany(row => row).ToArray()).reshape(votes.Length, FerPlusVotes.Columns.Count);
        // Held, because a garbage collection could free numbers that libtorch reads.
        using TorchSharp.Scalar floor = 0.05, one = 1;
        shares = shares / shares.sum(1, keepdim: true).clamp_min(one);
        // One vote of ten says much more than none, nine say little more than eight.
        var features = cat([shares, shares.sqrt(), shares.add(floor, one).log()], 1);
        var target = tensor(targets);
        using var regression = nn.Linear(features.shape[1], labels);
        nn.init.zeros_(regression.weight);
        nn.init.zeros_(regression.bias!);
        using var optimizer = optim.Adam(regression.parameters(), lr: 0.05);
        for (var step = 0; step < 400; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(regression.call(features), target).backward();
            optimizer.step();
        }

        using var guard = no_grad();
        return [.. regression.call(features).softmax(1).data<float>().ToArray().Chunk(labels)];
    }

    private static int? RowOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : null;
}
