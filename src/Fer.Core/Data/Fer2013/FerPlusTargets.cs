using System.Globalization;
using static TorchSharp.torch;

namespace Fer.Core.Data.Fer2013;

/// <summary>
/// The votes of FER+'s ten taggers, read as opinions on FER2013's own labels. The taggers use the
/// words in another way than the labels do (of the faces labeled "fear" they call few so), so that a softmax regression
/// learns on the training faces how probable each label is, given the votes.
/// </summary>
internal static class FerPlusTargets
{
    // FER+'s votes tell 67 % of FER2013's labels, the most frequent label 25 %.
    private const double LeastGain = 0.1;
    private const int EnoughToJudge = 1000;

    /// <summary>The probability of each label given a face's votes; null for faces without votes.</summary>
    /// <param name="path">fer2013new.csv, or a part of it whose first column is the row's number.</param>
    /// <param name="faces">Training faces whose files are named by their row's number, as <c>fer-train convert</c> names them.</param>
    /// <exception cref="FerException">The file cannot be read, or has no votes for these faces.</exception>
    public static float[]?[] Read(string path, FaceDataset faces)
    {
        var votes = FerPlusVotes.Read(path);
        int[] known = [.. Enumerable.Range(0, faces.Count).Where(face => RowOf(faces.Paths[face]) is { } row && votes.ContainsKey(row))];
        if (known.Length == 0)
        {
            throw new FerException($"{path} has no votes for these images: they must be named by their row, as fer-train convert names them");
        }

        var probabilities = Fit([.. known.Select(face => votes[RowOf(faces.Paths[face])!.Value])], [.. known.Select(face => (long)faces.Targets[face])], faces.Labels.Count);
        RefuseStrangers(path, [.. known.Select(face => faces.Targets[face])], probabilities);
        var opinions = new float[]?[faces.Count];
        foreach (var (face, opinion) in known.Zip(probabilities))
        {
            opinions[face] = opinion;
        }

        return opinions;
    }

    /// <summary>Files may be named by numbers of another order: such votes tell the labels no better than the most frequent label does.</summary>
    private static void RefuseStrangers(string path, int[] target, float[][] probabilities)
    {
        var right = target.Zip(probabilities).Count(face => Array.IndexOf(face.Second, face.Second.Max()) == face.First);
        var mostFrequent = target.CountBy(label => label).Max(label => label.Value);
        if (target.Length >= EnoughToJudge && right < mostFrequent + LeastGain * target.Length)
        {
            throw new FerException($"the votes in {path} are of other images: they tell {right} of {target.Length} labels, {mostFrequent} have the most frequent one; images must be named by their row, as fer-train convert names them");
        }
    }

    /// <summary>Softmax regression from votes to labels; it is convex, so that it needs no random start.</summary>
    private static float[][] Fit(float[][] votes, long[] targets, int labels)
    {
        using var scope = NewDisposeScope();
        var shares = tensor(votes.SelectMany(row => row).ToArray()).reshape(votes.Length, FerPlusVotes.Columns.Count);
        shares = shares / shares.sum(1, keepdim: true).clamp_min(1);
        // One vote of ten says much more than nothing, nine say little more than eight.
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
