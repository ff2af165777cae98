using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class LabelMatchingTests
{
    [Theory]
    [InlineData("happiness", "happy")]
    [InlineData("Anger", "angry")]
    [InlineData("SADNESS", "sad")]
    [InlineData("surprised", "surprise")]
    [InlineData("neutrality", "neutral")]
    [InlineData("Fearful", "fear")]
    [InlineData("disgusted", "disgust")]
    public void A_label_is_found_under_its_other_names(string name, string label) =>
        Assert.Equal(label, LabelSet.Fer2013[LabelMatching.IndexOf(LabelSet.Fer2013, name)]);

    [Fact]
    public void An_exact_name_wins_and_an_ambiguous_one_matches_nothing()
    {
        var labels = new LabelSet(["Happy", "happy", "sad"]);

        Assert.Equal(1, LabelMatching.IndexOf(labels, "happy"));
        Assert.Equal(-1, LabelMatching.IndexOf(labels, "happiness"));
        Assert.Equal(-1, LabelMatching.IndexOf(labels, "cat"));
    }

    [Fact]
    public void Two_sets_of_the_same_meanings_have_a_permutation()
    {
        var own = new LabelSet(["Anger", "Happiness"]);

        Assert.Equal([1, 0], LabelMatching.Permutation(own, new LabelSet(["happy", "angry"]))!);
        Assert.Null(LabelMatching.Permutation(own, new LabelSet(["happy", "sad"])));
        Assert.Null(LabelMatching.Permutation(own, LabelSet.Fer2013));
    }

    [Theory]
    [InlineData("a", "is not of the form")]
    [InlineData("a=", "is not of the form")]
    [InlineData("a=b,a=c", "twice")]
    public void A_malformed_map_is_refused(string map, string expected) =>
        Assert.Contains(expected, Assert.Throws<FerException>(() => LabelRules.Parse(map, [])).Message, StringComparison.Ordinal);
}
