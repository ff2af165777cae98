namespace Fer.Core.Checkpoints;

/// <summary>The model that comes with the tools, for commands that name none.</summary>
public static class BundledModel
{
    /// <summary>For the help.</summary>
    public const string Name = "the bundled model";

    // On the command line and in reports.
    private const string Keyword = "bundled";

    private static string InstalledPath => Path.Combine(AppContext.BaseDirectory, "models", "fer.pt");

    /// <summary>The path of a checkpoint that the user names, or of the bundled model for <c>bundled</c> and null.</summary>
    /// <exception cref="FerException">This build has no bundled model.</exception>
    public static string Resolve(string? path) => path is null or Keyword ? Find() : path;

    /// <summary>What a report calls a checkpoint: its path, or <c>bundled</c>, which is the same wherever the program is installed.</summary>
    /// <param name="path">What <see cref="Resolve"/> returned.</param>
    public static string NameOf(string path) => path == InstalledPath ? Keyword : path;

    private static string Find() => File.Exists(InstalledPath)
        ? InstalledPath
        : throw new FerException("this build has no bundled model; use --model fer.pt, or train one with: fer-train --data DIR");
}
