using System.Diagnostics;

namespace Fer.Cli.Tests.Faults;

/// <summary>
/// Failures of sources, models, detectors and sinks as real processes: the right line, exit code 2, and no crash of a native
/// library afterwards, which once followed one failure in fifteen.
/// </summary>
public sealed class ErrorPathTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-errors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> FailuresOfDetect =>
    [
        "--input nowhere.mp4", "--input text.mp4", "--input text.jpg", "--input empty", "--input http://127.0.0.1:9/", "--input rtsp://127.0.0.1:9/", "--input socket", "--camera 987",
        "--input IMAGES --model text.pt", "--input IMAGES --model pipe", "--input IMAGES --model nowhere.pt",
        "--input IMAGES --model MODEL --cascade text.xml", "--input IMAGES --model MODEL --cascade pipe", "--input IMAGES --model MODEL --detector yunet --detector-model text.onnx", "--input IMAGES --model MODEL --detector yunet --detector-model pipe",
        "--input IMAGES --model MODEL --json /dev/full", "--input IMAGES --model MODEL --csv /dev/full", "--input IMAGES --model MODEL --json nowhere/a.jsonl", "--input IMAGES --model MODEL --output text.mp4",
    ];

    public static TheoryData<string> FailuresOfTrain =>
    [
        "--data nowhere", "--data empty", "--data IMAGES --out OUT --init text.pt", "--data IMAGES --out OUT --init pipe", "--data IMAGES --out text.pt", "--resume empty",
        "evaluate --data IMAGES --model text.pt", "evaluate --data IMAGES --model MODEL --json /dev/full", "evaluate --data IMAGES --model MODEL --baseline text.pt",
        "export --model MODEL --out /dev/full --format onnx", "convert --csv text.pt --out OUT", "inspect --data nowhere",
    ];

    [Theory]
    [MemberData(nameof(FailuresOfDetect))]
    public void A_failure_of_fer_detect_is_one_line_every_time(string arguments) =>
        Repeat(arguments, words => Tool.Detect([.. words, "--headless"]));

    [Theory]
    [MemberData(nameof(FailuresOfTrain))]
    public void A_failure_of_fer_train_is_one_line_every_time(string arguments) => Repeat(arguments, Tool.Train);

    private void Repeat(string arguments, Func<string[], ToolResult> run)
    {
        foreach (var file in new[] { "text.mp4", "text.jpg", "text.pt", "text.xml", "text.onnx" })
        {
            File.WriteAllText(At(file), "neither an image nor a model");
        }

        Directory.CreateDirectory(At("empty"));
        using (var process = Process.Start("mkfifo", [At("pipe")]))
        {
            process.WaitForExit();
        }

        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(At("socket")));
        for (var time = Repetitions.Of(1); time > 0; time--)
        {
            var result = run(Words(arguments));
            Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Error}");
            Assert.StartsWith("error: ", result.ErrorLines[^1], StringComparison.Ordinal);
            Assert.Single(result.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
    }

    private string[] Words(string arguments) => [.. arguments.Split(' ').Select(word => word switch
    {
        "IMAGES" => trained.Faces,
        "MODEL" => trained.Model,
        "OUT" => At("out"),
        _ when word.StartsWith("text", StringComparison.Ordinal) || word is "pipe" or "empty" or "socket" => At(word),
        _ => word,
    })];

    private string At(string name) => Path.Combine(_folder, name);
}
