using Fer.Core.Detection.Detectors;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class FaceSizeTests
{
    [Theory]
    [InlineData("40", 40)]
    [InlineData("0.1", 48)]
    [InlineData("10%", 48)]
    [InlineData("1", 1)]
    public void A_size_is_pixels_or_a_fraction_of_the_height(string text, int pixelsOf480) =>
        Assert.Equal(pixelsOf480, FaceSize.Parse(text)!.Value.Pixels(480));

    [Theory]
    [InlineData("")]
    [InlineData("small")]
    [InlineData("-3")]
    [InlineData("0")]
    [InlineData("0,1")]
    [InlineData("120%")]
    [InlineData("NaN")]
    public void Anything_else_is_not_a_size(string text) => Assert.Null(FaceSize.Parse(text));
}
