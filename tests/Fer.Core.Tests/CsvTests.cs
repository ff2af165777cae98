namespace Fer.Core.Tests;

public sealed class CsvTests
{
    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("", "", "")]
    [InlineData("with, comma", "\"quoted\"", "\"")]
    [InlineData("a\"b", ",", " spaces ")]
    public void Fields_that_were_written_are_read_back(params string[] fields) =>
        Assert.Equal(fields, Csv.Fields(string.Join(',', fields.Select(Csv.Field))));
}
