using Fer.Core.Detection.Sources;
using Fer.Detect;

namespace Fer.Cli.Tests;

public sealed class CamerasCommandTests
{
    [Fact]
    public void Cameras_are_listed_with_name_and_formats_and_without_metadata_devices()
    {
        Camera[] cameras = [new("/dev/video0", "Integrated Webcam", ["usb-Integrated"]), new("/dev/video1", "Integrated Webcam", [])];

        var table = CamerasCommand.Render(cameras, path => path == "/dev/video0" ? "MJPG 640x480 1280x720; YUYV 640x480" : null)!;

        var rows = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, rows.Length);
        Assert.All(["/dev/video0", "Integrated Webcam", "usb-Integrated", "MJPG 640x480 1280x720; YUYV 640x480"], text => Assert.Contains(text, rows[1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no camera is connected (there is no /dev/video*)")]
    [InlineData("no camera is connected: /dev/video1 delivers no images", "/dev/video1")]
    [InlineData("no camera is connected: /dev/video1, /dev/video2 deliver no images", "/dev/video1", "/dev/video2")]
    public void Devices_without_images_are_named(string expected, params string[] devices) =>
        Assert.Equal(expected, CamerasCommand.NoCamera([.. devices.Select(path => new Camera(path, "", []))]).Message);

    [Fact]
    public void Without_cameras_there_is_nothing_to_list() => Assert.Null(CamerasCommand.Render([], _ => ""));
}
