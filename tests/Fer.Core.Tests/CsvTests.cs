using CsCheck;

namespace Fer.Core.Tests;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_those_of_the_framework_up_to_the_end_of_the_last_one()
    {
        var path = _folder.Inside("lines.csv");
        var text = Gen.Char["ab,\"\n\n"].Array[0, 40].Select(characters => new string(characters));

        Property.Check(
            text,
            content =>
            {
                File.WriteAllText(path, content.Replace("b", "\r\n", StringComparison.Ordinal));
                Assert.Equal(File.ReadAllLines(path), Csv.ReadLines(path));
            },
            rounds: 100);
    }

    [Fact]
    public void Long_lines_are_read_across_the_buffer()
    {
        var path = _folder.Inside("long.csv");
        string[] lines = [new string('a', Csv.MaxLineLength), "", new string('b', 5000)];
        File.WriteAllLines(path, lines);

        Assert.Equal(lines, Csv.ReadLines(path));
    }

    [Fact]
    public void A_line_without_end_is_refused_before_it_is_in_memory()
    {
        var path = _folder.Inside("bomb.csv");
        File.WriteAllText(path, "first\n" + new string(',', 20_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var failure = Assert.Throws<FerException>(() => Csv.ReadLines(path).Count());

        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("", "", "")]
    [InlineData("with, comma", "\"quoted\"", "\"")]
    [InlineData("a\"b", ",", " spaces ")]
    public void Fields_that_were_written_are_read_back(params string[] fields) =>
        Assert.Equal(fields, Csv.Fields(string.Join(',', fields.Select(Csv.Field))));
}
