using Fer.Core.Benchmarking;
using Fer.Core.Detection.Detectors;
using Fer.Core.Model;

namespace Fer.Core.Tests.Benchmarking;

[Collection(nameof(Alone))]
public sealed class SoakTests
{
    [Trait("Speed", "slow")]
    [Fact]
    public void Two_thousand_frames_hold_no_more_memory_than_one_thousand()
    {
        var soak = new DetectionBenchmark(TinyNetwork.Checkpoint(), Precision.Float32, () => new HaarFaceDetector(new HaarOptions()), TimeSpan.Zero).Soak(2000);

        Assert.Equal(2000, soak.Frames);
        Assert.InRange(soak.Early, 1, long.MaxValue);
        Assert.InRange(soak.Final - soak.Early, long.MinValue, 20_000_000);
    }
}
