using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData("at least two", "happy")]
    [InlineData("twice", "happy", "sad", "happy")]
    [InlineData("rename", "happy", "")]
    [InlineData("rename", "happy", "s\nad")]
    public void Labels_that_cannot_be_told_apart_or_shown_are_refused(string reason, params string[] names) =>
        Assert.Contains(reason, Assert.Throws<FerException>(() => new LabelSet(names)).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_without_number_are_refused() =>
        Assert.Throws<FerException>(() => new LabelSet(Enumerable.Range(0, 100_000).Select(label => $"{label}")));
}
