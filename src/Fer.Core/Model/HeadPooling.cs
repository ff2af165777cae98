namespace Fer.Core.Model;

/// <summary>The global pooling between the last stage and the linear layer.</summary>
public enum HeadPooling
{
    /// <summary>Global average pooling.</summary>
    Average,

    /// <summary>Global average pooling plus global max pooling. It learns more slowly (models/EXPERIMENTS.md).</summary>
    AveragePlusMax,
}
