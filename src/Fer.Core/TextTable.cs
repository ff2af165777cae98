using System.Text;

namespace Fer.Core;

/// <summary>A table for people, with columns as wide as their widest cell and two spaces between them.</summary>
/// <param name="headers">The names of the columns.</param>
public sealed class TextTable(params string[] headers)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [headers];

    /// <summary>The columns that are aligned to the left; numbers look better on the right.</summary>
    public IReadOnlyCollection<int> LeftColumns { get; init; } = [0];

    /// <summary>Adds a row; cells that are missing at its end stay empty.</summary>
    /// <exception cref="ArgumentException">There are more cells than columns.</exception>
    public void Add(params string[] cells)
    {
        if (cells.Length > headers.Length)
        {
            throw new ArgumentException($"{cells.Length} cells for {headers.Length} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    /// <summary>The lines of the table, each ended by <c>\n</c> and without spaces at its end.</summary>
    public override string ToString()
    {
        int[] widths = [.. headers.Select((_, column) => _rows.Max(row => Cell(row, column).Length))];
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            var cells = widths.Select((width, column) => LeftColumns.Contains(column) ? Cell(row, column).PadRight(width) : Cell(row, column).PadLeft(width));
            text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string Cell(string[] row, int column) => column < row.Length ? row[column] : "";
}
