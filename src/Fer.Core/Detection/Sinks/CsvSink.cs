using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes one CSV row per face; a frame without faces is one row with empty face columns. The box, label and confidence
/// are followed by this frame's probabilities, then by the smoothed ones, the detector's score, the file's place in the
/// input, and for a file that cannot be read the reason.
/// </summary>
public sealed class CsvSink(LineWriter lines, LabelSet labels) : IFrameSink
{
    private bool _hasHeader = lines.HasLines;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        var rows = new StringBuilder();
        if (!_hasHeader)
        {
            _hasHeader = true;
            rows.Append("frame,time,source,face,x,y,width,height,label,confidence");
            rows.AppendJoin("", labels.Select(label => $",{Csv.Field(label)}"));
            rows.AppendJoin("", labels.Select(label => $",{Csv.Field($"smoothed_{label}")}")).Append(",score,file,error\n");
        }

        var start = $"{frame.Number},{frame.Time.TotalSeconds:0.####},{Csv.Field(frame.Source)}";
        var end = $",{frame.File},{Csv.Field(frame.Failure ?? "")}\n";
        foreach (var face in frame.DetectedFaces)
        {
            rows.Append($"{start},{face.TrackId},{face.Box.X},{face.Box.Y},{face.Box.Width},{face.Box.Height}");
            rows.Append($",{Csv.Field(face.IsUncertain ? "" : labels[face.Label])},{face.Confidence:0.#####}");
            rows.AppendJoin("", face.Probabilities.Concat(face.Smoothed).Select(probability => $",{probability:0.#####}")).Append($",{face.Score:0.####}").Append(end);
        }

        if (!frame.DetectedFaces.Any())
        {
            rows.Append(start).Append(',', 8 + 2 * labels.Count).Append(end);
        }

        return lines.Write(rows.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();
}
