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

    /// <summary>Makes sure that a new training would not replace another one's checkpoints.</summary>
    /// <exception cref="FerException">The folder holds a training run or a network.</exception>
    public static void RequireNewRun(string folder)
    {
        if (File.Exists(Last(folder)))
        {
            throw new FerException($"{folder} already holds a training run: resume it with --resume {folder}, or choose another --out");
        }

        if (File.Exists(Best(folder)))
        {
            throw new FerException($"{Best(folder)} would be replaced by this training's best network: choose another --out");
        }
    }
}
