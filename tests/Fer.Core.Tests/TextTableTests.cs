namespace Fer.Core.Tests;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_never_touch()
    {
        var table = new TextTable("name", "a", "b");
        table.Add("x", "1234567", "123");
        table.Add("longer", "1", "22222");

        Assert.Equal("name          a      b\nx       1234567    123\nlonger        1  22222\n", table.ToString());
    }

    [Fact]
    public void Cells_that_are_missing_at_the_end_stay_empty_and_leave_no_spaces()
    {
        var table = new TextTable("a", "b", "c") { LeftColumns = [0, 2] };
        table.Add("x", "y");
        table.Add("x", "y", "z");

        Assert.Equal("a  b  c\nx  y\nx  y  z\n", table.ToString());
        Assert.Throws<ArgumentException>(() => table.Add("1", "2", "3", "4"));
    }
}
