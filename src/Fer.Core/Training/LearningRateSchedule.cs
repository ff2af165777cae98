namespace Fer.Core.Training;

/// <summary>How the learning rate changes after the warm-up.</summary>
public enum LearningRateCurve
{
    /// <summary>Stays at its peak.</summary>
    Constant,

    /// <summary>Cosine annealing to zero (Loshchilov and Hutter 2017).</summary>
    Cosine,

    /// <summary>Linear decay to zero.</summary>
    Linear,
}

/// <summary>The learning rate as a function of the step, with no state of its own.</summary>
/// <param name="Curve">The decay after the warm-up.</param>
/// <param name="Peak">The highest learning rate.</param>
/// <param name="Steps">Total steps of the training.</param>
/// <param name="WarmUp">The fraction of steps, 0..1, of linear warm-up from zero.</param>
public sealed record LearningRateSchedule(LearningRateCurve Curve, double Peak, long Steps, double WarmUp)
{
    /// <summary>The learning rate of a step, 0 for the first.</summary>
    public double At(long step)
    {
        var warmUp = WarmUp * Steps;
        if (step + 1 < warmUp)
        {
            return Peak * (step + 1) / warmUp;
        }

        var progress = Math.Clamp((step - warmUp) / Math.Max(1, Steps - warmUp), 0, 1);
        return Curve switch
        {
            LearningRateCurve.Cosine => Peak * (1 + Math.Cos(Math.PI * progress)) / 2,
            LearningRateCurve.Linear => Peak * (1 - progress),
            _ => Peak,
        };
    }
}
