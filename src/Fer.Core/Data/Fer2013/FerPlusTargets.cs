using System.Globalization;
using static TorchSharp.torch;

namespace Fer.Core.Data.Fer2013;

/// <summary>
/// Soft targets from the votes of FER+'s ten annotators. The annotators use the words differently from FER2013's labels
/// (they call few of the images labeled "fear" so): a softmax regression, fitted on the training images, predicts the
/// probability of each FER2013 label from the votes.
/// </summary>
internal static class FerPlusTargets
{
    // FER+'s votes predict 67 % of FER2013's labels correctly; the most frequent label is 25 % of them.
    private const double LeastGain = 0.1;
    private const int EnoughForCheck = 1000;

    /// <summary>The probability of each label given the votes on an image; null for images without votes.</summary>
    /// <param name="path">FER+'s <c>fer2013new.csv</c>, or a part of it whose first column is the row number.</param>
    /// <param name="faces">Training images whose files are named by their row number, as <c>fer-train convert</c> names them.</param>
    /// <exception cref="FerException">The file cannot be read, or has no votes for these images.</exception>
    public static float[]?[] Read(string path, FaceDataset faces)
    {
        var votes = FerPlusVotes.Read(path);
        int[] known = [.. Enumerable.Range(0, faces.Count).Where(face => RowOf(faces.Paths[face]) is { } row && votes.ContainsKey(row))];
        if (known.Length == 0)
        {
            throw new FerException($"{path} has no votes for these images: they must be named by their row number, as fer-train convert names them");
        }

        var probabilities = Fit([.. known.Select(face => votes[RowOf(faces.Paths[face])!.Value])], [.. known.Select(face => (long)faces.Targets[face])], faces.Labels.Count);
        RequireRelated(path, [.. known.Select(face => faces.Targets[face])], probabilities);
        var targets = new float[]?[faces.Count];
        foreach (var (face, probability) in known.Zip(probabilities))
        {
            targets[face] = probability;
        }

        return targets;
    }

    /// <summary>Files may be numbered in another order: such votes predict the labels hardly better than the most frequent label does.</summary>
    private static void RequireRelated(string path, int[] target, float[][] probabilities)
    {
        var right = target.Zip(probabilities).Count(face => Array.IndexOf(face.Second, face.Second.Max()) == face.First);
        var mostFrequent = target.CountBy(label => label).Max(label => label.Value);
        if (target.Length >= EnoughForCheck && right < mostFrequent + LeastGain * target.Length)
        {
            throw new FerException($"the votes in {path} are of other images: they predict {right} of {target.Length} labels correctly, and the most frequent label alone {mostFrequent}; images must be named by their row number, as fer-train convert names them");
        }
    }

    /// <summary>Softmax regression from votes to labels; the problem is convex, so that it needs no random initialization.</summary>
    private static float[][] Fit(float[][] votes, long[] targets, int labels)
    {
        using var scope = NewDisposeScope();
        var shares = tensor(votes.SelectMany(row => row).ToArray()).reshape(votes.Length, FerPlusVotes.Columns.Count);
        shares = shares / shares.sum(1, keepdim: true).clamp_min(1);
        // One vote of ten differs much from none; nine differ little from eight.
        var features = cat([shares, shares.sqrt(), (shares + 0.05).log()], 1);
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
