using CsCheck;
using Fer.Core.Data;
using Fer.Core.Data.Fer2013;

namespace Fer.Core.Tests.Data.Fer2013;

public sealed class Fer2013CsvTests : IDisposable
{
    private static readonly string Pixels = string.Join(' ', Enumerable.Range(0, 48 * 48).Select(i => i % 256));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_official_part_becomes_a_split_and_each_row_an_image_named_by_it()
    {
        var csv = Csv("emotion,pixels,Usage", $"0,{Pixels},Training", $"3,{Pixels},PublicTest", $"6,{Pixels},PrivateTest");

        var conversion = Fer2013Csv.Convert(csv, null, Target, null, CancellationToken.None);

        Assert.Equal(["test/neutral/00002.png", "train/angry/00000.png", "validation/happy/00001.png"], Files());
        Assert.Equal(3, conversion.Written.Values.Sum());
        var face = FaceDataset.Load(LabelSet.Fer2013, [new LabeledImage(Path.Combine(Target, "train/angry/00000.png"), 0)], 48, out _, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 48 * 48).Select(i => (byte)(i % 256)), face.Pixels);
    }

    [Fact]
    public void The_other_order_of_columns_with_spaces_is_read_too()
    {
        var csv = Csv("emotion, Usage, pixels", $"5,Training,{Pixels}");

        Fer2013Csv.Convert(csv, null, Target, null, CancellationToken.None);

        Assert.Equal(["train/surprise/00000.png"], Files());
    }

    [Fact]
    public void Votes_of_FER_plus_decide_the_label_or_leave_the_image_out()
    {
        var csv = Csv("emotion,pixels,Usage", $"0,{Pixels},Training", $"0,{Pixels},Training");
        var votes = _folder.Inside("votes.csv");
        File.WriteAllLines(votes, ["Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF", "Training,a.png,1,8,0,0,1,0,0,0,0,0", "Training,,0,0,0,0,0,0,0,0,0,10"]);

        var conversion = Fer2013Csv.Convert(csv, votes, Target, null, CancellationToken.None);

        Assert.Equal(["train/happy/00000.png"], Files());
        Assert.Equal(1, conversion.LeftOut);
    }

    [Theory]
    [InlineData("a,b,c", "0,1,Training", "first line")]
    [InlineData("emotion,pixels,Usage", "9,1 2 3,Training", "line 2")]
    [InlineData("emotion,pixels,Usage", "0,1 2 3,Training", "line 2")]
    [InlineData("emotion,pixels,Usage", "0,1 2 3,Other", "line 2")]
    [InlineData("emotion,pixels,Usage", "0,1 2 3", "line 2")]
    public void A_file_of_another_form_is_named_with_the_line(string header, string row, string expected)
    {
        var csv = Csv(header, row);

        var failure = Assert.Throws<FerException>(() => Fer2013Csv.Convert(csv, null, Target, null, CancellationToken.None));

        Assert.Contains(csv, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_conversion_leaves_nothing_that_blocks_the_next_one()
    {
        var bad = Csv("emotion,pixels,Usage", $"0,{Pixels},Training", "0,1 2 3,Training");
        Assert.Contains("line 3", Assert.Throws<FerException>(() => Fer2013Csv.Convert(bad, null, Target, null, CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));

        Fer2013Csv.Convert(Csv("emotion,pixels,Usage", $"0,{Pixels},Training"), null, Target, null, CancellationToken.None);

        Assert.Equal(["train/angry/00000.png"], Files());
    }

    [Fact]
    public void A_header_of_millions_of_fields_is_refused()
    {
        var csv = Csv("emotion,pixels,Usage" + new string(',', 5_000_000));

        Assert.Contains("line 1", Assert.Throws<FerException>(() => Fer2013Csv.Convert(csv, null, Target, null, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_votes_file_is_read_or_refused_in_one_line()
    {
        var path = _folder.Inside("votes.csv");
        string[] values = ["Training", "0", "7", "10", "-1", "1e9", "NaN", "", "99999999999", "a\"b"];
        var cells = Gen.Int[0, values.Length - 1].Select(index => values[index]);
        var files = cells.Array[0, 14].Select(row => string.Join(',', row)).Array[0, 4];

        Property.Check(
            files,
            rows =>
            {
                File.WriteAllLines(path, rows);
                var failure = Record.Exception(() => Assert.All(FerPlusVotes.Read(path).Values, votes => Assert.All(votes, vote => Assert.True(float.IsFinite(vote)))));
                Assert.True(failure is null || (failure is FerException && failure.Message.StartsWith(path, StringComparison.Ordinal)), failure?.ToString());
            },
            rounds: 300);
    }

    [Fact]
    public void A_missing_file_and_a_folder_in_use_are_refused()
    {
        Assert.Throws<FerException>(() => Fer2013Csv.Convert(_folder.Inside("none.csv"), null, Target, null, CancellationToken.None));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Target).FullName, "mine"), "");
        Assert.Throws<FerException>(() => Fer2013Csv.Convert(Csv("emotion,pixels,Usage"), null, Target, null, CancellationToken.None));
    }

    private string Target => Path.Combine(_folder.Path, "out");

    private string Csv(params string[] lines)
    {
        var path = _folder.Inside("fer2013.csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    private string[] Files() => [.. Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Target, file)).Order(StringComparer.Ordinal)];
}
