using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes JSON Lines, one object per frame: <c>frame</c>, <c>time</c> (seconds), <c>timestamp</c> and <c>dropped</c>
/// (live sources), <c>source</c>, <c>file</c> (its place in the input), <c>width</c>, <c>height</c>, <c>faces</c>. Each face has <c>id</c>, <c>box</c> (pixels),
/// <c>label</c>, <c>confidence</c>, <c>probabilities</c> (of this frame) and <c>smoothed</c> (over time), by label, and
/// where the detector has them <c>score</c> and <c>landmarks</c>. A file that cannot be read is an object with <c>error</c>.
/// </summary>
public sealed class JsonLinesSink(LineWriter lines, LabelSet labels) : IFrameSink
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("frame", frame.Number);
        _json.WriteNumber("time", Math.Round(frame.Time.TotalSeconds, 4));
        if (frame.TakenAt is { } takenAt)
        {
            _json.WriteString("timestamp", takenAt.UtcDateTime);
            _json.WriteNumber("dropped", frame.Dropped);
        }

        _json.WriteString("source", frame.Source);
        if (frame.File is { } file)
        {
            _json.WriteNumber("file", file);
        }

        if (frame.Failure is { } failure)
        {
            _json.WriteString("error", failure);
        }
        else
        {
            _json.WriteNumber("width", frame.Image.Width);
            _json.WriteNumber("height", frame.Image.Height);
        }

        _json.WriteStartArray("faces");
        foreach (var face in frame.DetectedFaces)
        {
            WriteFace(face);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        return lines.Write(_buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        lines.Dispose();
    }

    private void WriteFace(FacePrediction face)
    {
        _json.WriteStartObject();
        _json.WriteNumber("id", face.TrackId);
        _json.WriteStartObject("box");
        _json.WriteNumber("x", face.Box.X);
        _json.WriteNumber("y", face.Box.Y);
        _json.WriteNumber("width", face.Box.Width);
        _json.WriteNumber("height", face.Box.Height);
        _json.WriteEndObject();
        _json.WriteString("label", face.IsUncertain ? "" : labels[face.Label]);
        _json.WriteNumber("confidence", Round(face.Confidence));
        WriteByLabel("probabilities", face.Probabilities);
        WriteByLabel("smoothed", face.Smoothed);
        WriteDetection(face);
        _json.WriteEndObject();
    }

    private void WriteDetection(FacePrediction face)
    {
        if (face.Score is { } score)
        {
            _json.WriteNumber("score", Math.Round(score, 4));
        }

        if (face.Landmarks is { } landmarks)
        {
            _json.WriteStartObject("landmarks");
            foreach (var (name, point) in landmarks.Named())
            {
                _json.WriteStartArray(name);
                _json.WriteNumberValue(Math.Round(point.X, 1));
                _json.WriteNumberValue(Math.Round(point.Y, 1));
                _json.WriteEndArray();
            }

            _json.WriteEndObject();
        }
    }

    private void WriteByLabel(string name, IReadOnlyList<float> values)
    {
        _json.WriteStartObject(name);
        for (var label = 0; label < labels.Count; label++)
        {
            _json.WriteNumber(labels[label], Round(values[label]));
        }

        _json.WriteEndObject();
    }

    private static double Round(float probability) => Math.Round(probability, 5);
}
