namespace Fer.Core.Detection.Detectors;

/// <summary>Locates the face cascade that OpenCV's packages install.</summary>
public static class HaarCascade
{
    /// <summary>The file's name.</summary>
    public const string FileName = "haarcascade_frontalface_alt.xml";

    /// <summary>The cascade of the Keras tutorial, and of version 0.1.</summary>
    public const string TutorialFileName = "haarcascade_frontalface_default.xml";

    private static readonly string[] Folders =
    [
        "/usr/share/opencv4/haarcascades",
        "/usr/share/opencv/haarcascades",
        "/usr/local/share/opencv4/haarcascades",
        "/usr/local/share/opencv/haarcascades",
    ];

    /// <summary>
    /// The path of the cascade: the given one, or the first found in <c>OPENCV_DATA_PATH</c>, <c>OPENCV_DATA</c> and the
    /// packages' folders.
    /// </summary>
    /// <exception cref="FerException">There is no such file.</exception>
    public static string Locate(string? chosen = null, string fileName = FileName) => Locate(chosen, Environment.GetEnvironmentVariable, Folders, fileName);

    internal static string Locate(string? chosen, Func<string, string?> environment, IEnumerable<string> folders, string fileName = FileName)
    {
        if (chosen is not null)
        {
            return File.Exists(chosen)
                ? chosen
                : throw new FerException($"no cascade at {chosen}; check --cascade, or omit it and install the package opencv-data");
        }

        var roots = new[] { environment("OPENCV_DATA_PATH"), environment("OPENCV_DATA") }.OfType<string>().Where(root => root.Length > 0);
        return roots.SelectMany(root => new[] { Path.Combine(root, "haarcascades"), root })
                .Concat(folders)
                .Select(folder => Path.Combine(folder, fileName))
                .FirstOrDefault(File.Exists)
            ?? throw new FerException($"{fileName} not found; install the package opencv-data, or name the file with --cascade");
    }
}
