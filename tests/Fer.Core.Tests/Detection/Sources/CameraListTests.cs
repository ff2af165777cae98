using System.Diagnostics;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class CameraListTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public CameraListTests()
    {
        Add(0, "Integrated Webcam", "usb-Integrated-video-index0");
        Add(1, "Integrated Webcam", null);
        Add(2, "USB Capture HDMI", "usb-MACROSILICON_HDMI-video-index0");
        Add(10, "USB Microscope", null);
    }

    [Fact]
    public void An_address_is_no_camera_and_its_password_is_not_repeated()
    {
        var message = Assert.Throws<FerException>(() => CameraList.Find("rtsp://admin:secret@host/live", [])).Message;
        Assert.Contains("rtsp://host/live as the input", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private IReadOnlyList<Camera> All => CameraList.All(_root.Path);

    [Fact]
    public void Cameras_are_listed_by_number_with_their_names()
    {
        Assert.Equal(["video0", "video1", "video2", "video10"], All.Select(camera => Path.GetFileName(camera.Path)));
        Assert.Equal("USB Capture HDMI", All[2].Name);
        Assert.Equal(["usb-MACROSILICON_HDMI-video-index0"], All[2].Ids);
    }

    [Theory]
    [InlineData("2", "video2")]
    [InlineData("usb-MACROSILICON_HDMI-video-index0", "video2")]
    [InlineData("microscope", "video10")]
    [InlineData("macrosilicon", "video2")]
    // Its second device holds metadata.
    [InlineData("integrated", "video0")]
    public void A_camera_is_found_by_number_id_or_part_of_its_name(string text, string expected) =>
        Assert.Equal(expected, Path.GetFileName(CameraList.Find(text, All).Path));

    [Fact]
    public void A_camera_is_found_by_its_path_and_by_a_link_to_it()
    {
        Assert.Equal("USB Microscope", CameraList.Find(_root.Inside("dev", "video10"), All).Name);
        Assert.Equal("Integrated Webcam", CameraList.Find(_root.Inside("dev", "v4l", "by-id", "usb-Integrated-video-index0"), All).Name);
    }

    [Theory]
    [InlineData("7", "camera 7 (/dev/video7) not found: there are ")]
    [InlineData("infrared", "camera 'infrared' not found: there are ")]
    [InlineData("usb c", "USB Capture HDMI")]
    [InlineData("USB", "use more of the name")]
    public void What_is_missing_or_ambiguous_is_answered_with_a_list(string text, string expected)
    {
        if (text == "usb c")
        {
            Assert.Equal(expected, CameraList.Find(text, All).Name);
            return;
        }

        Assert.Contains(expected, Assert.Throws<FerException>(() => CameraList.Find(text, All)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_camera_the_message_says_so() =>
        Assert.Contains("no camera is connected", Assert.Throws<FerException>(() => CameraList.Find("0", CameraList.All(_root.Inside("none")))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_large_size_asks_for_compressed_images_before_it_is_set()
    {
        Assert.Equal(
            [VideoCaptureProperties.FourCC, VideoCaptureProperties.FrameWidth, VideoCaptureProperties.FrameHeight, VideoCaptureProperties.Fps],
            new CameraOptions("0") { Size = (1280, 720), FramesPerSecond = 30 }.Properties().Select(property => property.Property));
        Assert.Equal(
            [VideoCaptureProperties.FrameWidth, VideoCaptureProperties.FrameHeight],
            new CameraOptions("0") { Size = (640, 480) }.Properties().Select(property => property.Property));
        Assert.Empty(new CameraOptions("0").Properties());
    }

    [Theory]
    [InlineData("1280x720", true)]
    [InlineData("1280", false)]
    [InlineData("0x720", false)]
    [InlineData("a x b", false)]
    public void A_size_is_width_and_height(string text, bool isValid) => Assert.Equal(isValid, CameraOptions.ParseSize(text) is not null);

    [Fact]
    public void The_program_that_uses_a_device_is_found()
    {
        var device = _root.Inside("dev", "video0");
        using var user = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec 3< '{device}'; echo open; sleep 30"]) { RedirectStandardOutput = true })!;
        try
        {
            user.StandardOutput.ReadLine();
            Assert.Contains(DeviceUsers.Find(device), name => name.Contains($"({user.Id})", StringComparison.Ordinal));
        }
        finally
        {
            user.Kill(entireProcessTree: true);
        }

        Assert.Equal("not a camera", CameraFormats.Describe("/dev/null"));
    }

    [Fact]
    public void A_device_that_is_not_a_camera_is_an_error_that_names_it() =>
        Assert.Contains("/dev/null", Assert.Throws<FerException>(() => CameraSource.Open(new CameraOptions("/dev/null"), _ => { })).Message, StringComparison.Ordinal);

    private void Add(int number, string name, string? id)
    {
        File.WriteAllText(_root.Inside("dev", $"video{number}"), "");
        File.WriteAllText(_root.Inside("sys", "class", "video4linux", $"video{number}", "name"), $"{name}\n");
        if (id is not null)
        {
            File.CreateSymbolicLink(_root.Inside("dev", "v4l", "by-id", id), $"../../video{number}");
        }
    }
}
