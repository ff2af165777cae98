namespace Fer.Core.Tests;

public sealed class FerExceptionTests
{
    [Fact]
    public void A_message_is_one_line_that_cannot_steer_the_terminal() =>
        Assert.Equal("a?[2Jb?c cannot be read", new FerException("a\u001b[2Jb\nc cannot be read").Message);

    [Fact]
    public void A_message_without_end_is_cut() => Assert.InRange(new FerException(new string('a', 100_000)).Message.Length, 900, 1100);
}
