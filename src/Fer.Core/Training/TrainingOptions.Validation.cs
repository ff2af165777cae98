using System.Globalization;
using System.Reflection;
using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The rules for values, whether they come from the command line or from a file.</summary>
public sealed partial record TrainingOptions
{
    /// <summary>The properties of the options, in the order of <c>options.json</c>.</summary>
    internal static IReadOnlyList<PropertyInfo> Properties { get; } =
        [.. typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)];

    /// <summary>Checks every value: the ranges of numbers, the names, the paths.</summary>
    /// <param name="path">The file that the options come from; null for the command line.</param>
    /// <exception cref="FerException">A value is not allowed; the message names its key and option.</exception>
    public void Validate(string? path = null)
    {
        var source = path is null ? "" : $"{path}: ";
        foreach (var property in Properties)
        {
            var option = TrainingOptionAttribute.Of(property);
            if (ProblemOf(property, option) is { } problem)
            {
                throw new FerException($"{source}{TrainingOptionAttribute.KeyOf(property)} ({option.Name}) {problem}");
            }
        }
    }

    /// <summary>What is wrong with the value of a property; null if nothing is.</summary>
    private string? ProblemOf(PropertyInfo property, TrainingOptionAttribute option) => property.GetValue(this) switch
    {
        _ when option.IsOfCheckpoint && Init is not null => null,
        int number when !option.Contains(number) => $"must be {option.Range}, not {number}",
        double number when !option.Contains(number) => string.Create(CultureInfo.InvariantCulture, $"must be {option.Range}, not {number}"),
        IReadOnlyList<int> numbers when !numbers.All(number => option.Contains(number)) => $"must be {option.Range}, each of them",
        // JSON may also give the number of an enum's value, which need not exist.
        Enum value when !Enum.IsDefined(value.GetType(), value) => "is unknown",
        string text when option.IsPath && !IsPath(text) => "is not a path",
        IReadOnlyList<string> texts when option.IsPath && !texts.All(IsPath) => "holds something that is not a path",
        string text when property.Name == nameof(Architecture) => ProblemOf(text, Model.Architecture.All.Keys),
        string text when property.Name == nameof(Augment) => ProblemOf(text, Augmentation.Named.Keys),
        string text when property.Name == nameof(Group) && string.IsNullOrWhiteSpace(text) => "is empty",
        int fold when property.Name == nameof(Fold) && fold > Folds => $"must be at most {Folds}, not {fold}",
        _ => null,
    };

    private static string? ProblemOf(string name, IEnumerable<string> known) =>
        known.Contains(name) ? null : $"must be one of {string.Join(", ", known)}, not '{name}'";

    private static bool IsPath(string? text) => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal);
}
