namespace Fer.Core.Evaluation;

/// <summary>The images that a network has wrong.</summary>
public static class Mistakes
{
    /// <summary>Their indices, the most confident mistake first: mislabeled images and the network's firm errors.</summary>
    public static IReadOnlyList<int> ByConfidence(Outcomes outcomes) =>
    [
        .. Enumerable.Range(0, outcomes.Count)
            .Where(image => !outcomes.IsCorrect(image))
            .OrderByDescending(image => outcomes.Confidences[image])
            .ThenBy(image => image),
    ];
}
