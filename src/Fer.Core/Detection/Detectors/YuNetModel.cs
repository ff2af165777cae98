using System.Security.Cryptography;

namespace Fer.Core.Detection.Detectors;

/// <summary>The ONNX file of the face detector YuNet: its source, and where the tools search for it.</summary>
public static class YuNetModel
{
    /// <summary>The file's name in OpenCV's model zoo.</summary>
    public const string FileName = "face_detection_yunet_2023mar.onnx";

    /// <summary>The SHA-256 of the file, in lower-case hexadecimal.</summary>
    public const string Sha256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4";

    /// <summary>The address of the file in OpenCV's model zoo (MIT license).</summary>
    public const string Url = "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/" + FileName;

    /// <summary>The environment variable with the path of the file, if it is in another place.</summary>
    public const string Variable = "FER_YUNET_MODEL";

    private static readonly string[] SystemFolders = ["/usr/local/share/fer", "/usr/share/fer"];

    /// <summary>Where <c>fer-detect get-detector</c> puts the file: the user's data folder.</summary>
    public static string DefaultPath => Path.Combine(DataFolder(Environment.GetEnvironmentVariable), FileName);

    /// <summary>The file's path: the one of <see cref="Variable"/>, else the first found in the user's data folder, beside the program and in the system's data folders; null where there is none.</summary>
    /// <exception cref="FerException">The variable names a file that does not exist.</exception>
    public static string? Locate() => Locate(Environment.GetEnvironmentVariable, AppContext.BaseDirectory, SystemFolders);

    /// <summary>Whether this is the content of OpenCV's file.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file)) == Sha256;

    /// <summary>What to do about a file that is not the detector.</summary>
    internal static string WayOut(string path) =>
        $"fer-detect get-detector{(Path.GetFullPath(path) == DefaultPath ? "" : $" --out {path} --force")} downloads it again, and --detector haar goes without it";

    internal static string? Locate(Func<string, string?> environment, string program, IEnumerable<string> system)
    {
        if (environment(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FerException($"{named}, named by {Variable}, does not exist");
        }

        IEnumerable<string> folders = [DataFolder(environment), Path.Combine(program, "models"), .. system];
        return folders.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
    }

    /// <summary>The XDG base directory specification's place for a program's data.</summary>
    private static string DataFolder(Func<string, string?> environment)
    {
        var data = environment("XDG_DATA_HOME") is { Length: > 0 } chosen && Path.IsPathRooted(chosen)
            ? chosen
            : Path.Combine(environment("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(data, "fer");
    }
}
