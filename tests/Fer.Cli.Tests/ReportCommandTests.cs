using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Cli.Tests;

public sealed class ReportCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_video_has_a_table_a_report_and_lines_that_keep_to_their_schemas()
    {
        var (video, report, json) = (Video(), Inside("report"), Inside("o.jsonl"));

        var result = Tool.Detect(video, "--headless", "--model", trained.Model, "--report", report, "--json", json, "--min-confidence", "0.99");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(result.ErrorLines, line => line.StartsWith("track ", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("all ", StringComparison.Ordinal));
        var summary = File.ReadAllText(Path.Combine(report, "summary.json"));
        Schemas.AssertValid("detect-summary", summary);
        var lines = File.ReadAllLines(json);
        Schemas.AssertValid("detect-line", lines);
        Assert.Contains("\"label\":\"\"", string.Concat(lines), StringComparison.Ordinal);
        Assert.Equal(lines.Length, JsonDocument.Parse(summary).RootElement.GetProperty("frames").GetInt32());
        Assert.All(["timeline.csv", "timeline.png", "report.html"], name => Assert.True(new FileInfo(Path.Combine(report, name)).Length > 100, name));
        // A second run does not replace the report of the first.
        Tool.AssertFails(InProcess.Detect(video, "--headless", "--report", report), "summary.json", "--force");
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_refused_before_the_work()
    {
        File.WriteAllText(Inside("file"), "");

        Tool.AssertFails(InProcess.Detect(Video(), "--headless", "--report", Inside("file/report"), "--json", Inside("o.jsonl")), "--report", "cannot be written");

        Assert.False(File.Exists(Inside("o.jsonl")));
    }

    [Fact]
    public void The_report_of_a_network_camera_does_not_hold_its_password()
    {
        using var camera = new TcpListener(IPAddress.Loopback, 0);
        camera.Start();
        _ = Task.Run(() => Serve(camera), TestContext.Current.CancellationToken);

        var result = Tool.Detect("--input", $"http://user:secret@{camera.LocalEndpoint}/live", "--headless", "--model", trained.Model, "--report", Inside("report"), "--max-frames", "1");

        Assert.True(result.ExitCode == 0, result.Error);
        string[] texts = [result.Output, result.Error, .. Directory.GetFiles(Inside("report")).Select(File.ReadAllText)];
        Assert.All(texts, text => Assert.DoesNotContain("secret", text, StringComparison.Ordinal));
        Assert.Contains($"http://{camera.LocalEndpoint}/live", File.ReadAllText(Inside("report/summary.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scores_and_landmarks_of_YuNet_keep_to_the_schema()
    {
        var detector = Environment.GetEnvironmentVariable("FER_YUNET_MODEL");
        Assert.SkipWhen(detector is null, "FER_YUNET_MODEL is not set");
        var json = Inside("o.jsonl");

        var result = Tool.Detect(Video(), "--headless", "--model", trained.Model, "--detector-model", detector, "--json", json, "--crops", Inside("crops"), "--max-frames", "5");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("landmarks", File.ReadAllText(json), StringComparison.Ordinal);
        Schemas.AssertValid("detect-line", File.ReadAllLines(json));
        Assert.NotEmpty(Directory.GetFiles(Inside("crops"), "*.png", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("""{"frame":0,"time":0,"source":"a","file":0,"width":9,"height":9}""")]
    [InlineData("""{"frame":0,"time":0,"source":"a","file":0,"faces":[]}""")]
    [InlineData("""{"frame":0,"time":0,"source":"a","file":0,"width":9,"height":9,"error":"e","faces":[]}""")]
    [InlineData("""{"frame":0,"time":-1,"source":"a","file":0,"width":9,"height":9,"faces":[]}""")]
    [InlineData("""{"frame":0,"time":0,"source":"a","file":0,"width":9,"height":9,"faces":[{"id":0}]}""")]
    public void The_schema_rejects_what_is_no_line(string line) => Schemas.AssertInvalid("detect-line", line);

    [Theory]
    [InlineData("--faces-in-report requires --report", "--faces-in-report")]
    [InlineData("--report-step requires --report", "--report-step", "2")]
    [InlineData("--blur and --crops cannot be combined", "--blur", "--crops", "c")]
    [InlineData("--resume requires the file to continue", "--resume", "--json", "-")]
    [InlineData("--resume and --max-frames cannot be combined", "--resume", "--json", "o.jsonl", "--max-frames", "3")]
    [InlineData("--strict and --max-failures cannot be combined", "--strict", "--max-failures", "3")]
    public void Options_that_do_not_fit_together_are_refused(string message, params string[] options)
    {
        var result = InProcess.Detect(["a.mp4", .. options]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    /// <summary>Answers every request with images, until the client has enough.</summary>
    private static void Serve(TcpListener camera)
    {
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImEncode(".jpg", image, out var encoded);
        while (true)
        {
            using var client = camera.AcceptTcpClient();
            using var stream = client.GetStream();
            try
            {
                stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n"u8);
                while (true)
                {
                    stream.Write([.. "--frame\r\nContent-Type: image/jpeg\r\n\r\n"u8, .. encoded, .. "\r\n"u8]);
                    Thread.Sleep(20);
                }
            }
            catch (IOException)
            {
                // It has.
            }
        }
    }

    private string Inside(string name) => Path.Combine(_folder, name);

    private string Video()
    {
        new DemoVideo { Seconds = 2, FramesPerSecond = 10, Seed = 1 }.Write(Inside("v.mp4"));
        return Inside("v.mp4");
    }
}
