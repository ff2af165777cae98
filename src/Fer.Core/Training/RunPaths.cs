namespace Fer.Core.Training;

/// <summary>Where a run folder keeps its files.</summary>
public static class RunPaths
{
    /// <summary>The checkpoint of the best epoch.</summary>
    public static string Best(string folder) => Path.Combine(folder, "fer.pt");

    /// <summary>The checkpoint to resume from.</summary>
    public static string Last(string folder) => Path.Combine(folder, "last.pt");

    /// <summary>The options of the training.</summary>
    public static string Options(string folder) => Path.Combine(folder, "options.json");
}
