using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes one CSV row per face; a frame without faces is one row with empty face columns. The box, label and confidence
/// are followed by this frame's probabilities, then by the smoothed ones, then by the detector's score.
/// </summary>
public sealed class CsvSink(LineWriter lines, LabelSet labels) : IFrameSink
{
    private bool _hasHeader;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        var rows = new StringBuilder();
        if (!_hasHeader)
        {
            _hasHeader = true;
            rows.Append("frame,time,source,face,x,y,width,height,label,confidence");
            rows.AppendJoin("", labels.Select(label => $",{Csv.Field(label)}"));
            rows.AppendJoin("", labels.Select(label => $",{Csv.Field($"smoothed_{label}")}")).Append(",score\n");
        }

        var start = $"{frame.Number},{frame.Time.TotalSeconds:0.####},{Csv.Field(frame.Source)}";
        foreach (var face in frame.DetectedFaces)
        {
            rows.Append($"{start},{face.TrackId},{face.Box.X},{face.Box.Y},{face.Box.Width},{face.Box.Height}");
            rows.Append($",{Csv.Field(labels[face.Label])},{face.Confidence:0.#####}");
            rows.AppendJoin("", face.Probabilities.Concat(face.Smoothed).Select(probability => $",{probability:0.#####}")).Append($",{face.Score:0.####}\n");
        }

        if (!frame.DetectedFaces.Any())
        {
            rows.Append(start).Append(',', 8 + 2 * labels.Count).Append('\n');
        }

        return lines.Write(rows.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();
}
