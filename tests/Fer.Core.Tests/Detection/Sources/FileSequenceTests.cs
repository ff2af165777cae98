using Fer.Core.Detection;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class FileSequenceTests
{
    private readonly List<string> _warnings = [];
    private readonly List<(long? File, string Source)> _failed = [];

    private List<(long Number, double Seconds, double Progress)> ReadAll(IReadOnlyList<string> paths, Shard? shard = null, int every = 1, ResumePoint? resume = null)
    {
        var options = new SourceOptions { Shard = shard ?? Shard.Whole, Warn = _warnings.Add, Resume = resume };
        using var source = new FileSequence("the list", paths, Open, options);
        using var frame = new Frame();
        var read = new List<(long, double, double)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            if (frame.Failure is not null)
            {
                _failed.Add((frame.File, frame.Source));
                continue;
            }

            read.Add((frame.Number, frame.Time.TotalSeconds, frame.Progress));
            for (var skipped = 1; skipped < every && source.Skip(); skipped++)
            {
            }
        }

        return read;
    }

    /// <summary>A name that is a number is a video of as many frames.</summary>
    private static ScriptedSource Open(string path) =>
        int.TryParse(path, out var frames) ? new ScriptedSource(frames) : throw new FerException($"{path} is damaged");

    [Fact]
    public void Numbers_and_times_start_again_with_each_file()
    {
        var read = ReadAll(["3", "2"]);
        Assert.Equal([0, 1, 2, 0, 1], read.Select(frame => (int)frame.Number));
        Assert.Equal([0, 0.04, 0.08, 0, 0.04], read.Select(frame => frame.Seconds));
    }

    [Fact]
    public void Every_file_is_read_from_its_beginning_if_frames_are_skipped() =>
        Assert.Equal([0, 3, 0, 3, 0], ReadAll(["5", "4", "1"], every: 3).Select(frame => (int)frame.Number));

    [Fact]
    public void A_file_that_cannot_be_read_is_reported_and_the_others_are_read()
    {
        Assert.Equal(3, ReadAll(["1", "broken", "2"]).Count);
        Assert.Equal(["broken is damaged; skipped"], _warnings);
        Assert.Equal([(1L, "broken")], _failed);
    }

    [Fact]
    public void An_address_among_the_files_has_no_password_in_the_results_and_an_interrupted_run_finds_it_again()
    {
        const string address = "http://user:secret@camera/live", name = "http://camera/live";
        ReadAll(["1", address]);
        Assert.Equal([(1L, name)], _failed);
        Assert.Empty(ReadAll(["1", address], resume: new ResumePoint(1, name, "o.jsonl")));
    }

    [Fact]
    public void Without_any_readable_file_the_run_fails() =>
        Assert.Contains("none of the 2 files in the list", Assert.Throws<FerException>(() => ReadAll(["broken", "worse"])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_interrupted_run_goes_on_with_its_last_file_from_the_beginning()
    {
        Assert.Equal([0, 1, 0], ReadAll(["3", "2", "1"], resume: new ResumePoint(1, "2", "o.jsonl")).Select(frame => (int)frame.Number));
        Assert.Empty(ReadAll(["3", "broken"], resume: new ResumePoint(1, "broken", "o.jsonl")));
    }

    [Fact]
    public void Results_of_another_input_are_not_continued()
    {
        Assert.Contains("its file 1 is 9, here it is 2", Assert.Throws<FerException>(() => ReadAll(["3", "2"], resume: new ResumePoint(1, "9", "o.jsonl"))).Message, StringComparison.Ordinal);
        Assert.Contains("its last file 7 (9) is missing", Assert.Throws<FerException>(() => ReadAll(["3", "2"], resume: new ResumePoint(7, "9", "o.jsonl"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_another_input_or_shard_are_refused_before_anything_is_read()
    {
        Assert.Throws<FerException>(() => Of(new ResumePoint(1, "9", "o.jsonl"), Shard.Whole));
        Assert.Throws<FerException>(() => Of(new ResumePoint(-1, "3", "o.jsonl"), Shard.Whole));
        Assert.Contains("another shard", Assert.Throws<FerException>(() => Of(new ResumePoint(1, "2", "o.jsonl"), new Shard(1, 2))).Message, StringComparison.Ordinal);

        static void Of(ResumePoint resume, Shard shard) => new FileSequence("the list", ["3", "2"], Open, new SourceOptions { Resume = resume, Shard = shard }).Dispose();
    }

    [Fact]
    public void A_shard_takes_whole_files()
    {
        Assert.Equal(3 + 5, ReadAll(["3", "4", "5"], new Shard(1, 2)).Count);
        Assert.Equal(4, ReadAll(["3", "4", "5"], new Shard(2, 2)).Count);
        Assert.Empty(ReadAll(["3"], new Shard(2, 2)));
    }
}
