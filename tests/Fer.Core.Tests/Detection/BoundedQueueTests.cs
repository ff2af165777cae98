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
    public async Task A_full_queue_makes_the_producer_wait_for_the_consumer()
    {
        var queue = new BoundedQueue<string>(1);
        queue.Put("a", Token);
        var producer = Task.Run(() => queue.Put("b", Token), Token);
        await Task.Delay(50, Token);
        Assert.False(producer.IsCompleted);
        Assert.True(queue.TryTake(out _, Soon, Token));
        await producer.WaitAsync(Soon, Token);
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
    public void Items_from_before_the_end_still_come_out()
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
    public void The_failure_of_the_producer_is_thrown_to_the_consumer_after_the_last_item()
    {
        var queue = new BoundedQueue<string>(1);
        queue.Put("last", Token);
        queue.Complete(new FerException("the camera fell down"));
        Assert.True(queue.TryTake(out _, Soon, Token));
        Assert.Equal("the camera fell down", Assert.Throws<FerException>(() => queue.TryTake(out _, Soon, Token)).Message);
        Assert.Throws<FerException>(() => queue.IsFinished);
    }

    [Fact]
    public async Task Replacing_while_the_consumer_takes_loses_nothing_and_keeps_the_order()
    {
        const int items = 20_000;
        var queue = new BoundedQueue<string>(1);
        var dropped = new List<string>();
        var producer = Task.Run(
            () =>
            {
                for (var i = 0; i < items; i++)
                {
                    if (queue.Replace($"{i:00000}") is { } oldest)
                    {
                        dropped.Add(oldest);
                    }
                }

                queue.Complete();
            },
            Token);
        var taken = new List<string>();
        while (queue.TryTake(out var item, Soon, Token))
        {
            taken.Add(item);
        }

        await producer;
        Assert.Equal(taken.Order(StringComparer.Ordinal), taken);
        Assert.Equal(Enumerable.Range(0, items).Select(i => $"{i:00000}"), taken.Concat(dropped).Order(StringComparer.Ordinal));
        Assert.Equal($"{items - 1:00000}", taken[^1]);
    }

    [Fact]
    public void Taking_gives_up_after_the_timeout()
    {
        var queue = new BoundedQueue<string>(1);
        Assert.False(queue.TryTake(out _, TimeSpan.FromMilliseconds(5), Token));
        Assert.False(queue.IsFinished);
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
