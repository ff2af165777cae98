using Fer.Core.Cli;

namespace Fer.Core.Tests.Cli;

public sealed class ProgressLineTests
{
    [Fact]
    public void A_bar_shows_how_much_is_done()
    {
        using var terminal = new StringWriter();
        using (var line = new ProgressLine(terminal))
        {
            line.Show(0.5, "half");
        }

        Assert.Contains($"{new string('█', 12)}{new string('░', 12)} half", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_gets_a_line_now_and_then_and_no_bar()
    {
        using var log = new StringWriter();
        using (var line = new ProgressLine(null, log) { LogInterval = TimeSpan.FromMilliseconds(20) })
        {
            line.Show(0.25, "too early");
            Thread.Sleep(50);
            line.Show(0.5, "half");
            line.Show(0.51, "too early");
        }

        Assert.Equal($"50% half{Environment.NewLine}", log.ToString());
    }

    [Theory]
    [InlineData(0.5, 0.1, "")]
    [InlineData(10, 0, "")]
    [InlineData(10, 0.25, "  30s left")]
    [InlineData(60, 0.2, "  4m 00s left")]
    [InlineData(10, 1.2, "  0s left")]
    public void The_time_left_follows_from_the_time_so_far(double seconds, double done, string expected) =>
        Assert.Equal(expected, ProgressLine.TimeLeft(TimeSpan.FromSeconds(seconds), done));

    [Fact]
    public void A_terminal_that_is_gone_is_no_failure()
    {
        using var terminal = new GoneTerminal();
        using (var line = new ProgressLine(terminal))
        {
            line.Show(0.5, "half");
            line.Clear();
            line.Show(0.6, "more");
        }

        Assert.Equal(1, terminal.Writes);
    }

    /// <summary>As a pseudo-terminal whose other end has been closed.</summary>
    private sealed class GoneTerminal : StringWriter
    {
        public int Writes { get; private set; }

        public override void Write(string? value)
        {
            Writes++;
            throw new IOException("Input/output error");
        }
    }
}
