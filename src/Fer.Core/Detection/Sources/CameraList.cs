using System.Globalization;

namespace Fer.Core.Detection.Sources;

/// <summary>A camera of this machine.</summary>
/// <param name="Path">As in <c>/dev/video0</c>.</param>
/// <param name="Name">The name that the driver gives it; empty if unknown.</param>
/// <param name="Ids">Its names in <c>/dev/v4l/by-id</c>, which stay the same in any order of connection.</param>
public sealed record Camera(string Path, string Name, IReadOnlyList<string> Ids);

/// <summary>The cameras of this machine, as Linux lists them.</summary>
public static class CameraList
{
    /// <summary>All cameras by number. Some have several devices: for images, and for metadata alone.</summary>
    /// <param name="root">The root of the file system.</param>
    public static IReadOnlyList<Camera> All(string root = "/")
    {
        var devices = Path.Combine(root, "dev");
        if (!Directory.Exists(devices))
        {
            return [];
        }

        var ids = Path.Combine(devices, "v4l", "by-id");
        string[] links = Directory.Exists(ids) ? [.. Directory.GetFiles(ids).Order(StringComparer.Ordinal)] : [];
        return
        [
            .. Directory.GetFiles(devices, "video*")
                .Where(path => NumberOf(path) >= 0)
                .OrderBy(NumberOf)
                .Select(path => new Camera(path, NameOf(root, path), [.. links.Where(link => OutputPath.IsSame(link, path)).Select(link => Path.GetFileName(link)!)])),
        ];
    }

    /// <summary>Finds the camera that a user names.</summary>
    /// <exception cref="FerException">There is none, or several.</exception>
    public static Camera Find(string text, IReadOnlyList<Camera> cameras)
    {
        if (FrameSources.IsUrl(text))
        {
            throw new FerException($"--camera takes a camera of this machine; name the address {FrameSources.NameOf(text)} as the input, without --camera");
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return cameras.FirstOrDefault(camera => NumberOf(camera.Path) == number) ?? throw NotFound($"{number} (/dev/video{number})", cameras);
        }

        if (Path.IsPathRooted(text))
        {
            var known = cameras.FirstOrDefault(camera => OutputPath.IsSame(camera.Path, text));
            return known ?? (File.Exists(text) ? new Camera(text, "", []) : throw NotFound(text, cameras));
        }

        if (cameras.FirstOrDefault(camera => camera.Ids.Contains(text, StringComparer.Ordinal)) is { } exact)
        {
            return exact;
        }

        var matches = cameras.Where(camera => camera.Ids.Append(camera.Name).Any(name => name.Contains(text, StringComparison.OrdinalIgnoreCase))).ToList();
        // Devices of the same name belong to one camera, and the first of them delivers the images.
        return matches.Select(camera => camera.Name).Distinct(StringComparer.Ordinal).Count() switch
        {
            0 => throw NotFound($"'{text}'", cameras),
            1 => matches[0],
            _ => throw new FerException($"camera '{text}' may be {Listed(matches)}; use more of the name, or the number"),
        };
    }

    private static FerException NotFound(string what, IReadOnlyList<Camera> cameras) => new(cameras.Count == 0
        ? $"camera {what} not found: no camera is connected; connect one, or specify a file instead"
        : $"camera {what} not found: there are {Listed(cameras)}");

    private static string Listed(IEnumerable<Camera> cameras) =>
        string.Join(", ", cameras.Select(camera => camera.Name.Length > 0 ? $"{camera.Path} ({camera.Name})" : camera.Path));

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileName(path).AsSpan("video".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string NameOf(string root, string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, "sys", "class", "video4linux", Path.GetFileName(path), "name")).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A container may show the device alone.
            return "";
        }
    }
}
