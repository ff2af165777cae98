using Fer.Core.Detection;
using Fer.Core.Detection.Sinks;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class ProgressSinkTests
{
    private readonly List<(double Done, string File)> _reports = [];

    [Fact]
    public void The_progress_is_that_of_the_input()
    {
        Write(null, 0.25, 0.5);
        Assert.Equal([(0.25, "v.mp4"), (0.5, "v.mp4")], _reports);
    }

    [Fact]
    public void A_limit_of_frames_may_come_first()
    {
        Write(2, 0.25, 0.5);
        Assert.Equal([0.5, 1], _reports.Select(report => report.Done));
    }

    [Fact]
    public void Without_a_known_length_nothing_is_reported()
    {
        Write(null, 0, 0);
        Assert.Empty(_reports);
    }

    private void Write(long? maxFrames, params double[] progress)
    {
        using var sink = new ProgressSink((done, file) => _reports.Add((done, file)), maxFrames);
        foreach (var part in progress)
        {
            using var frame = new Frame { Source = "/videos/v.mp4", Progress = part };
            sink.Write(frame);
        }
    }
}
