using System.Text;

namespace Fer.Core.Detection.Results;

/// <summary>One record of comma-separated values (RFC 4180).</summary>
internal static class CsvRecord
{
    /// <summary>The fields, without quotes.</summary>
    /// <param name="record">The record, with or without its line break.</param>
    public static List<string> Fields(string record)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        var end = record.EndsWith('\n') ? record.Length - 1 : record.Length;
        for (var i = 0; i < end; i++)
        {
            var letter = record[i];
            if (letter == '"' && isQuoted && i + 1 < end && record[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (letter == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
