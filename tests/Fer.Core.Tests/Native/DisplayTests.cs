using Fer.Core.Native;

namespace Fer.Core.Tests.Native;

public sealed class DisplayTests
{
    [Fact]
    public void Without_a_display_the_message_says_what_to_do() =>
        Assert.Contains("--headless", Assert.Throws<FerException>(() => Display.Require(_ => null, _ => true)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_display_that_does_not_answer_is_named()
    {
        var failure = Assert.Throws<FerException>(() => Display.Require(name => name == "DISPLAY" ? ":77" : null, _ => false));
        Assert.Contains("display :77", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_display_of_either_kind_will_do()
    {
        Display.Require(name => name == "DISPLAY" ? ":0" : null, _ => true);
        Display.Require(name => name == "WAYLAND_DISPLAY" ? "wayland-0" : null, _ => false);
    }
}
