using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class FrameSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    public FrameSourcesTests()
    {
        using var image = new Mat(8, 8, MatType.CV_8UC3, Scalar.All(90));
        foreach (var name in new[] { "a.png", "b.png", "c.png" })
        {
            Cv2.ImWrite(_folder.Inside("in", name), image);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in in/b.png", "1 file was named again; each is processed once")]
    [InlineData("in/a.png in/a.png in/b.png in in/c.png", "4 files were named again; each is processed once")]
    [InlineData("in/?.png in/*.png", "3 files were named again; each is processed once")]
    [InlineData("in/a.* in/*.png", "1 file was named again; each is processed once")]
    [InlineData("in/./a.png in/../in/a.png in/b.png in//b.png in/c.png", "2 files were named again; each is processed once")]
    public void A_file_that_several_inputs_name_is_read_once_in_every_shard_and_resumed_run(string inputs, string note)
    {
        string[] paths = [.. inputs.Split(' ').Select(input => $"{_folder.Path}/{input}")];

        var whole = ReadAll(paths);
        var shards = Enumerable.Range(1, 2).SelectMany(part => ReadAll(paths, new Shard(part, 2))).OrderBy(file => file.File);
        var resumed = ReadAll(paths, resume: new ResumePoint(1, whole[1].Source, "o.jsonl"));

        Assert.Equal([(0, "a.png"), (1, "b.png"), (2, "c.png")], whole.Select(file => ((int)file.File!, Path.GetFileName(file.Source))));
        Assert.Equal(whole, shards);
        Assert.Equal(whole[1..], resumed);
        Assert.All(_notes, line => Assert.Equal(note, line));
        Assert.Equal(4, _notes.Count);
    }

    private List<(long? File, string Source)> ReadAll(string[] inputs, Shard? shard = null, ResumePoint? resume = null)
    {
        using var source = FrameSources.Open(inputs, new SourceOptions { Note = _notes.Add, Shard = shard ?? Shard.Whole, Resume = resume });
        using var frame = new Frame();
        var read = new List<(long?, string)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            read.Add((frame.File, frame.Source));
        }

        return read;
    }
}
