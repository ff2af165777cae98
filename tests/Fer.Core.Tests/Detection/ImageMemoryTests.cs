using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection;

public sealed class ImageMemoryTests
{
    [Fact]
    public void A_frame_gives_the_memory_of_a_large_image_back_and_takes_another_image()
    {
        var memory = new ImageMemory(100_000_000);
        using var frame = new Frame();
        foreach (var width in new[] { 4000, 30, 5000 })
        {
            frame.Image.Create(1000, width, MatType.CV_8UC3);
            memory.Take(frame, TestContext.Current.CancellationToken);
            memory.Return(frame);
        }

        Assert.Equal(1, frame.Image.Total());
    }

    [Fact]
    public async Task A_second_image_waits_for_room_and_one_above_the_limit_is_let_in_alone()
    {
        var memory = new ImageMemory(1000);
        using Frame first = new(), second = new();
        first.Image.Create(100, 100, MatType.CV_8UC1);
        second.Image.Create(10, 10, MatType.CV_8UC1);
        memory.Take(first, TestContext.Current.CancellationToken);

        var waiting = Task.Run(() => memory.Take(second, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await Task.WhenAny(waiting, Task.Delay(200, TestContext.Current.CancellationToken));
        Assert.False(waiting.IsCompleted);
        memory.Return(first);
        await waiting;
    }
}
