using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class ImageAttributesTests
{
    [Theory]
    [InlineData("^[^/]+/([a-z]+)_", "happy/anna_001.png", "anna")]
    [InlineData("clip[0-9]+", "happy/clip12_frame3.png", "clip12")]
    [InlineData("(day[0-9])/.*(cam[0-9])", "happy/day1/x/cam2.png", "day1/cam2")]
    [InlineData("clip[0-9]+", "happy/other.png", null)]
    public void What_the_expression_captures_in_the_path_is_the_group(string expression, string path, string? group) =>
        Assert.Equal(group, ImageGroups.Parse(expression).Of("/data", $"/data/{path}"));

    [Fact]
    public void A_table_names_the_groups_too()
    {
        using var folder = new TemporaryFolder();
        var table = folder.Inside("people.csv");
        File.WriteAllText(table, "path,group\nhappy/1.png,anna\n\"sad/a, b.png\",ben\n");

        var groups = ImageGroups.Parse(table);

        Assert.Equal(("anna", "ben", null), (groups.Of("/d", "/d/happy/1.png"), groups.Of("/d", "/d/sad/a, b.png"), groups.Of("/d", "/d/sad/c.png")));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(?=ahead)x")]
    public void An_expression_that_cannot_be_used_is_one_line(string expression) =>
        Assert.StartsWith("--group '", Assert.Throws<FerException>(() => ImageGroups.Parse(expression)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_of_another_form_is_named()
    {
        using var folder = new TemporaryFolder();
        var table = folder.Inside("people.csv");
        File.WriteAllText(table, "nothing but text\n");

        Assert.Contains("path,group", Assert.Throws<FerException>(() => ImageGroups.Parse(table)).Message, StringComparison.Ordinal);
    }
}
