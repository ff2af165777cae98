namespace Fer.Core.Native;

/// <summary>Whether libtorch is beside the program: fer-detect is also published without it.</summary>
public static class TorchLibrary
{
    /// <summary>Whether libtorch can be loaded at all.</summary>
    public static bool IsPresent { get; } = Exists("libtorch.*");

    /// <summary>Whether this is a build for NVIDIA GPUs; found without loading libtorch, which takes half a second.</summary>
    public static bool IsForCuda { get; } = Exists("libtorch_cuda*");

    /// <summary>Refuses what only libtorch can do where it is not there.</summary>
    /// <exception cref="FerException">It is not there.</exception>
    public static void Require(string purpose)
    {
        if (!IsPresent)
        {
            throw new FerException($"{purpose} needs libtorch, which this build of the program comes without: use --precision fp32, or install both tools with scripts/install.sh");
        }
    }

    private static bool Exists(string pattern) => Directory.EnumerateFiles(AppContext.BaseDirectory, pattern).Any();
}
