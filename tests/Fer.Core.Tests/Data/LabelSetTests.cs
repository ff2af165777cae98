using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData("at least two", "happy")]
    [InlineData("duplicate", "happy", "sad", "happy")]
    [InlineData("rename", "happy", "")]
    [InlineData("rename", "happy", "s\nad")]
    [InlineData("rename", "happy", "\u202Edas")]
    [InlineData("rename", "happy", "\u2066sad\u2069")]
    [InlineData("rename", "happy", "happy\u200B")]
    [InlineData("rename", "happy", "\uFEFFhappy")]
    [InlineData("rename", "happy", "\uD800")]
    public void Duplicate_and_invisible_labels_are_refused(string reason, params string[] names) =>
        Assert.Contains(reason, Assert.Throws<FerException>(() => new LabelSet(names)).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_in_any_script_are_allowed() =>
        Assert.Equal(["glücklich", "خوشحال", "😀", "楽しい"], new LabelSet(["glücklich", "خوشحال", "😀", "楽しい"]));

    [Fact]
    public void Too_many_labels_are_refused() =>
        Assert.Throws<FerException>(() => new LabelSet(Enumerable.Range(0, 100_000).Select(label => $"{label}")));
}
