using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class CsvSinkTests
{
    private static string[] Write(params Frame[] frames)
    {
        using var stream = new MemoryStream();
        using (var sink = new CsvSink(LineWriter.To(stream), LabelSet.Fer2013))
        {
            foreach (var frame in frames)
            {
                sink.Write(frame);
                frame.Dispose();
            }
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
    }

    [Fact]
    public void Each_face_is_a_row_under_one_header()
    {
        var lines = Write(
            FacePredictions.Frame(new Size(64, 48), 0, FacePredictions.Face(1, new Rect(1, 2, 30, 40)), FacePredictions.Face(2, new Rect(5, 6, 7, 8), label: 0)),
            FacePredictions.Frame(new Size(64, 48), 0, FacePredictions.Face(1, new Rect(1, 2, 30, 40))));
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("frame,time,source,face,x,y,width,height,label,confidence,angry,", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",smoothed_surprise,score,file,error", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("7,0.25,\"a \"\"quoted\"\", name.mp4\",1,1,2,30,40,happy,0.75,0.04167,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_without_a_face_is_a_row_with_as_many_fields_left_empty()
    {
        var frame = FacePredictions.Frame(new Size(64, 48));
        frame.Source = "v.mp4";
        var lines = Write(frame);
        Assert.Equal(lines[0].Count(letter => letter == ','), lines[1].Count(letter => letter == ','));
        Assert.StartsWith("7,0.25,v.mp4,,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_row_with_its_place_and_the_reason()
    {
        using var frame = new Frame();
        frame.Fail(3, "b.jpg", "b.jpg cannot be read: empty, or torn");
        frame.File = 3;
        var lines = Write(frame);
        Assert.Equal(Csv.Fields(lines[0]).Length, Csv.Fields(lines[1]).Length);
        Assert.Equal(["3", "b.jpg cannot be read: empty, or torn"], Csv.Fields(lines[1])[^2..]);
    }

    [Fact]
    public void Below_the_least_confidence_the_label_is_empty()
    {
        var lines = Write(FacePredictions.Frame(new Size(64, 48), 0, FacePredictions.Face(1, new Rect(1, 2, 30, 40)) with { IsUncertain = true }));
        Assert.Equal(["", "0.75"], Csv.Fields(lines[1])[8..10]);
    }
}
