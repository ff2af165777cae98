using Fer.Core.Detection;

namespace Fer.Core.Tests.Detection;

public sealed class BoundedQueueTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Items_come_out_in_the_order_in_which_they_went_in()
    {
        var queue = new BoundedQueue<string>(2);
        queue.Put("a", Token);
        queue.Put("b", Token);
        Assert.True(queue.TryTake(out var first, Soon, Token));
        Assert.True(queue.TryTake(out var second, Soon, Token));
        Assert.Equal(["a", "b"], [first, second]);
    }

    [Fact]
    public async Task A_full_queue_makes_the_giver_wait_for_the_taker()
    {
        var queue = new BoundedQueue<string>(1);
        queue.Put("a", Token);
        var giver = Task.Run(() => queue.Put("b", Token), Token);
        await Task.Delay(50, Token);
        Assert.False(giver.IsCompleted);
        Assert.True(queue.TryTake(out _, Soon, Token));
        await giver.WaitAsync(Soon, Token);
    }

    [Fact]
    public void Replacing_in_a_full_queue_returns_the_oldest_item_and_never_waits()
    {
        var queue = new BoundedQueue<string>(1);
        Assert.Null(queue.Replace("old"));
        Assert.Equal("old", queue.Replace("new"));
        Assert.True(queue.TryTake(out var item, Soon, Token));
        Assert.Equal("new", item);
    }

    [Fact]
    public void What_was_put_in_before_the_end_still_comes_out()
    {
        var queue = new BoundedQueue<string>(2);
        queue.Put("last", Token);
        queue.Complete();
        Assert.False(queue.IsFinished);
        Assert.True(queue.TryTake(out _, Soon, Token));
        Assert.False(queue.TryTake(out _, Soon, Token));
        Assert.False(queue.TryTake(out _, Soon, Token));
        Assert.True(queue.IsFinished);
    }

    [Fact]
    public void The_failure_of_the_giver_is_thrown_to_the_taker()
    {
        var queue = new BoundedQueue<string>(1);
        queue.Complete(new FerException("the camera fell down"));
        Assert.Equal("the camera fell down", Assert.Throws<FerException>(() => queue.TryTake(out _, Soon, Token)).Message);
    }

    [Fact]
    public void Waiting_can_be_canceled_at_both_ends()
    {
        using var source = new CancellationTokenSource();
        var queue = new BoundedQueue<string>(1);
        source.CancelAfter(20);
        Assert.ThrowsAny<OperationCanceledException>(() => queue.TryTake(out _, Soon, source.Token));
        queue.Put("a", Token);
        Assert.ThrowsAny<OperationCanceledException>(() => queue.Put("b", source.Token));
    }
}
