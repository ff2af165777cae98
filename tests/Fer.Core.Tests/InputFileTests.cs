using System.Net.Sockets;
using Fer.Core.Checkpoints;
using Fer.Core.Data.Fer2013;
using Fer.Core.Evaluation;

namespace Fer.Core.Tests;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 10_000)]
    public async Task A_named_pipe_is_refused_instead_of_waiting_for_its_writer()
    {
        var pipe = SpecialFiles.Pipe(_folder.Inside("fer.pt"));
        var link = _folder.Inside("link.pt");
        File.CreateSymbolicLink(link, pipe);

        // In a task, so that the timeout applies to a call that blocks.
        await Task.Run(
            () =>
            {
                AssertRefused(pipe, "named pipe", path => CheckpointStore.Load(path));
                AssertRefused(link, "named pipe", path => CheckpointStore.Load(path));
                AssertRefused(pipe, "named pipe", path => EvaluationReport.Load(path));
                AssertRefused(pipe, "named pipe", path => FerPlusVotes.Read(path));
                AssertRefused(pipe, "named pipe", path => Fer2013Csv.Convert(path, null, _folder.Inside("out"), null, CancellationToken.None));
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Devices_and_sockets_are_refused()
    {
        var path = _folder.Inside("socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        AssertRefused(path, "socket", socketPath => CheckpointStore.Load(socketPath));
        AssertRefused("/dev/zero", "device", device => CheckpointStore.Load(device));
    }

    [Fact]
    public void Files_folders_and_missing_paths_are_not_special()
    {
        File.WriteAllText(_folder.Inside("file"), "");

        Assert.Null(InputFile.DescribeSpecial(_folder.Inside("file")));
        Assert.Null(InputFile.DescribeSpecial(_folder.Path));
        Assert.Null(InputFile.DescribeSpecial(_folder.Inside("missing")));
    }

    private static void AssertRefused(string path, string kind, Action<string> read)
    {
        var failure = Assert.Throws<FerException>(() => read(path));

        Assert.StartsWith($"{path} is a {kind}", failure.Message, StringComparison.Ordinal);
    }
}
