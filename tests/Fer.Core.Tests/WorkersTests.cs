namespace Fer.Core.Tests;

public sealed class WorkersTests
{
    [Fact]
    public void No_more_bodies_run_at_once_than_there_are_threads()
    {
        // The tests set one thread.
        var (running, most) = (0, 0);

        Workers.For(50, _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.Sleep(1);
            Interlocked.Decrement(ref running);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(1, most);
    }

    [Fact]
    public void Every_number_is_called_once()
    {
        var calls = new int[1000];

        Workers.For(calls.Length, i => Interlocked.Increment(ref calls[i]), TestContext.Current.CancellationToken);

        Assert.All(calls, count => Assert.Equal(1, count));
    }
}
