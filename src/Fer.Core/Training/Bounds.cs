using System.Globalization;

namespace Fer.Core.Training;

/// <summary>The range of a training option.</summary>
/// <param name="Key">Its key in <c>options.json</c>.</param>
/// <param name="Option">Its option on the command line.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="OrZero">Whether 0 is allowed below the smallest value, where it turns the option off.</param>
public sealed record Bounds(string Key, string Option, double Least, double Most, bool OrZero = false)
{
    /// <summary>Whether the value lies in the range; NaN does not.</summary>
    public bool Contains(double value) => (value >= Least && value <= Most) || (OrZero && value == 0);

    /// <summary>The range in words: <c>from 2 to 8192</c>, <c>0, or from 0.01 to 10</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(OrZero ? "0, or " : "")}from {Least} to {Most}");
}
