using System.CommandLine;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Detection.Sources;

namespace Fer.Detect;

/// <summary><c>fer-detect cameras</c>: the cameras of this machine.</summary>
internal static class CamerasCommand
{
    public static Command Create()
    {
        var command = Commands.Sub("cameras", new HelpPage("Lists the cameras with their names, pixel formats and sizes.", [], ["fer-detect cameras"]));
        command.SetAction(parsed =>
        {
            var cameras = CameraList.All();
            var table = Render(cameras, CameraFormats.Describe) ?? throw NoCamera(cameras);
            parsed.InvocationConfiguration.Output.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    internal static FerException NoCamera(IReadOnlyList<Camera> devices) => new(devices.Count == 0
        ? "no camera is connected (there is no /dev/video*)"
        : $"no camera is connected: {string.Join(", ", devices.Select(device => device.Path))} {(devices.Count == 1 ? "delivers" : "deliver")} no images");

    /// <summary>A row per camera; null without any.</summary>
    /// <param name="cameras">The devices.</param>
    /// <param name="formats">What a device delivers; null for one without images.</param>
    internal static string? Render(IReadOnlyList<Camera> cameras, Func<string, string?> formats)
    {
        var rows = cameras.Select(camera => (Camera: camera, Formats: formats(camera.Path))).Where(row => row.Formats is not null).ToList();
        if (rows.Count == 0)
        {
            return null;
        }

        var table = new TextTable("device", "name", "by-id", "formats") { LeftColumns = [0, 1, 2, 3] };
        foreach (var (camera, described) in rows)
        {
            table.Add(camera.Path, camera.Name, string.Join(' ', camera.Ids), described!);
        }

        return table.ToString();
    }
}
