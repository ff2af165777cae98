namespace Fer.Core.Training;

/// <summary>The optimizer.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015), L2 weight decay in the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter 2019), decoupled weight decay.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov momentum 0.9.</summary>
    Sgd,
}

/// <summary>What decides which epoch is the best, measured on the validation images.</summary>
public enum BestEpochCriterion
{
    /// <summary>The fraction of correct predictions.</summary>
    Accuracy,

    /// <summary>The unweighted mean recall of the labels: a rare label counts as much as a frequent one.</summary>
    BalancedAccuracy,

    /// <summary>The unweighted mean F1 of the labels: as balanced accuracy, and false alarms count too.</summary>
    MacroF1,

    /// <summary>The mean cross-entropy.</summary>
    Loss,
}

/// <summary>Where near-identical images, such as frames of a video, go when validation images are held out.</summary>
public enum SimilarImages
{
    /// <summary>To one side, so that the validation shows what the network makes of new images.</summary>
    Together,

    /// <summary>To any side; only identical images stay together, as in release 0.1.</summary>
    Apart,
}
