using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fer.Core.Training;

/// <summary>
/// The option of the command line that sets a property of <see cref="TrainingOptions"/>, and the range of a number:
/// one rule for the command line and for <c>options.json</c>.
/// </summary>
/// <param name="name">With the dashes.</param>
/// <param name="least">The smallest value of a number.</param>
/// <param name="most">The largest value of a number.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrainingOptionAttribute(string name, double least = double.NegativeInfinity, double most = double.PositiveInfinity) : Attribute
{
    /// <summary>With the dashes.</summary>
    public string Name => name;

    /// <summary>The smallest value of a number.</summary>
    public double Least => least;

    /// <summary>The largest value of a number.</summary>
    public double Most => most;

    /// <summary>Whether 0 is allowed below the smallest value, where it turns the option off.</summary>
    public bool OrZero { get; init; }

    /// <summary>Whether a checkpoint that the training starts from decides the value instead.</summary>
    public bool IsOfCheckpoint { get; init; }

    /// <summary>Whether the text, or each of the texts, is a path.</summary>
    public bool IsPath { get; init; }

    /// <summary>The range in words: <c>from 2 to 8192</c>, <c>0, or from 0.01 to 10</c>.</summary>
    public string Range => string.Create(CultureInfo.InvariantCulture, $"{(OrZero ? "0, or " : "")}from {least} to {most}");

    /// <summary>Whether the value lies in the range; NaN does not.</summary>
    public bool Contains(double value) => (value >= least && value <= most) || (OrZero && value == 0);

    /// <summary>The attribute of a property.</summary>
    public static TrainingOptionAttribute Of(PropertyInfo property) =>
        property.GetCustomAttribute<TrainingOptionAttribute>() ?? throw new ArgumentException($"{property.Name} has no option", nameof(property));

    /// <summary>The key of a property in <c>options.json</c>.</summary>
    internal static string KeyOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
