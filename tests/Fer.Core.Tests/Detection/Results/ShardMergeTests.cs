using System.Text;
using Fer.Core.Detection.Results;

namespace Fer.Core.Tests.Detection.Results;

public sealed class ShardMergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Part(string name, params int[] files)
    {
        var path = _folder.Inside(name);
        File.WriteAllText(path, string.Concat(files.Select(file => $$"""{"frame":{{file}},"time":0,"source":"{{file}}.png","file":{{file}},"faces":[]}""" + "\n")));
        return path;
    }

    private static (string Text, string? Missing) Merge(int? shards, params string[] parts)
    {
        using var output = new MemoryStream();
        var coverage = ShardMerge.Run(parts, output, shards);
        return (Encoding.UTF8.GetString(output.ToArray()), coverage.Missing);
    }

    [Fact]
    public void Parts_in_any_order_give_the_lines_in_the_order_of_the_input()
    {
        // File 1 is a video of two frames.
        var whole = File.ReadAllText(Part("whole", 0, 1, 1, 2, 3, 4));

        Assert.Equal((whole, null), Merge(null, Part("b", 1, 1, 3), Part("a", 0, 2, 4)));
        Assert.Equal((whole, null), Merge(3, Part("b", 1, 1, 4), Part("a", 0, 3), Part("c", 2)));
    }

    [Fact]
    public void Shards_without_files_are_empty_parts() => Assert.Null(Merge(4, Part("a", 0), Part("b", 1), Part("c"), Part("d")).Missing);

    [Theory]
    [InlineData(null, "shard 2/3 is missing (no line of 2 files: 1, 4)")]
    [InlineData(3, "shard 2/3 is missing (no line of 2 files: 1, 4)")]
    public void A_missing_shard_is_named_with_its_files(int? shards, string expected) =>
        Assert.Equal(expected, Merge(shards, Part("a", 0, 3, 6), Part("c", 2, 5)).Missing);

    [Fact]
    public void A_shard_that_ended_early_is_named() =>
        Assert.Equal("shard 1/2 is incomplete (no line of 2 files: 2, 4)", Merge(null, Part("a", 0), Part("b", 1, 3, 5)).Missing);

    [Fact]
    public void Missing_shards_without_any_file_so_far_are_named_if_their_number_is_given() =>
        Assert.Equal("shard 3/4 is missing, shard 4/4 is missing", Merge(4, Part("a", 0), Part("b", 1)).Missing);

    [Fact]
    public void The_same_shard_twice_and_a_line_cut_off_are_refused()
    {
        var (part, torn) = (Part("a", 0, 2), Part("torn", 1, 3));
        File.WriteAllText(torn, File.ReadAllText(torn)[..^5]);

        Assert.Contains("both have file 0", Assert.Throws<FerException>(() => Merge(null, part, Part("copy", 0, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("ends within a line", Assert.Throws<FerException>(() => Merge(2, part, torn)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_CSV_follow_one_header_and_a_quoted_line_break_ends_no_row()
    {
        const string header = "frame,time,source,label,file,error\n";
        var (a, b) = (_folder.Inside("a.csv"), _folder.Inside("b.csv"));
        File.WriteAllText(a, header + "0,0,\"x\ny.png\",happy,0,\n2,0,z.png,sad,2,\n");
        File.WriteAllText(b, header + "1,0,\"q \"\"u\"\".png\",,1,\"damaged, or empty\"\n");

        Assert.Equal((header + "0,0,\"x\ny.png\",happy,0,\n1,0,\"q \"\"u\"\".png\",,1,\"damaged, or empty\"\n2,0,z.png,sad,2,\n", null), Merge(null, b, a));
        Assert.Contains("different columns", Assert.Throws<FerException>(() => Merge(null, a, Part("p", 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no results\n")]
    [InlineData("{\"frame\":0,\"source\":\"/dev/video0\",\"faces\":[]}\n")]
    [InlineData("{\"file\":-1.5,\"source\":\"a\"}\n")]
    [InlineData("{\"file\":1,\n")]
    public void Other_files_are_refused_with_their_name(string text)
    {
        var path = _folder.Inside("other");
        File.WriteAllText(path, text);

        Assert.Contains(path, Assert.Throws<FerException>(() => Merge(null, path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_goes_on_with_the_first_of_the_files_that_its_outputs_end_with()
    {
        var (json, csv) = (Part("o.jsonl", 0, 1, 1, 1), _folder.Inside("o.csv"));
        const string rows = "frame,time,source,label,file,error\n0,0,0.png,,0,\n";
        File.WriteAllText(csv, rows + "0,0,1.png,,1,\n1,0,1.pn");

        var run = InterruptedRun.Of([json, csv]);

        Assert.Equal((1L, "1.png"), (run.Point!.File, run.Point.Source));
        Assert.Equal(File.ReadLines(json).First().Length + 1, run.Lengths[json]);
        Assert.Equal(rows.Length, run.Lengths[csv]);
    }

    [Fact]
    public void A_run_whose_first_file_is_not_in_all_outputs_starts_again_and_a_wrong_output_is_refused()
    {
        var none = _folder.Inside("none.csv");
        Assert.Null(InterruptedRun.Of([Part("first.jsonl", 3, 3), none]).Point);

        var failure = Assert.Throws<FerException>(() => InterruptedRun.Of([Part("o.jsonl", 0, 1, 1, 1), none]));
        Assert.Contains($"{none} has no results", failure.Message, StringComparison.Ordinal);
    }
}
