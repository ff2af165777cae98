namespace Fer.Core.Checkpoints;

/// <summary>The model that comes with the tools, for commands that name none.</summary>
public static class BundledModel
{
    /// <summary>For the help.</summary>
    public const string Name = "the bundled model";

    /// <summary>The full path of a checkpoint that the user names, or of the bundled model for <c>bundled</c>.</summary>
    /// <exception cref="FerException">This build has no bundled model.</exception>
    public static string Resolve(string path) => path == "bundled" ? Find() : Path.GetFullPath(path);

    /// <summary>The path of the checkpoint, beside the program.</summary>
    /// <exception cref="FerException">This build has none.</exception>
    public static string Find()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "models", "fer.pt");
        return File.Exists(path)
            ? path
            : throw new FerException("this build has no bundled model; use --model fer.pt, or train one with: fer-train --data DIR");
    }
}
