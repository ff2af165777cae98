using System.Globalization;
using System.Text;

namespace Fer.Core;

/// <summary>Comma-separated values (RFC 4180).</summary>
public static class Csv
{
    /// <summary>Maximum line length in characters; a row of fer2013.csv has at most 9,300.</summary>
    public const int MaxLineLength = 1 << 16;

    /// <summary>A field, quoted if necessary.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The fields of a record, without their quotes.</summary>
    /// <param name="line">The record without its line break; quoted fields may have some.</param>
    public static string[] Fields(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                // Two quotes inside a quoted field stand for one.
                if (isQuoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append(line[i++]);
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }

    /// <summary>Reads the lines of a file one by one; an overlong line is refused before it is in memory.</summary>
    /// <exception cref="FerException">The file cannot be read, or a line is too long.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = InputFile.Read(path, File.OpenText);
        var (line, number) = (new StringBuilder(), 1);
        var buffer = new char[4096];
        for (var count = reader.Read(buffer); count > 0; count = reader.Read(buffer))
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return Take(line);
                    number++;
                }
                else if (line.Length < MaxLineLength)
                {
                    line.Append(buffer[i]);
                }
                else
                {
                    throw new FerException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: longer than {MaxLineLength} characters"));
                }
            }
        }

        if (line.Length > 0)
        {
            yield return Take(line);
        }
    }

    private static string Take(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        return text;
    }
}
