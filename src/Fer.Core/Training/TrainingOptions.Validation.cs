using System.Globalization;
using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The rules for values, whether they come from the command line or from a file.</summary>
public sealed partial record TrainingOptions
{
    /// <summary>Checks every value: the ranges of numbers, the names, the paths.</summary>
    /// <param name="path">The file that the options come from; null for the command line.</param>
    /// <exception cref="FerException">A value is not allowed; the message names its key and option.</exception>
    public void Validate(string? path = null)
    {
        var source = path is null ? "" : $"{path}: ";
        foreach (var (bounds, value) in TrainingLimits.Of(this))
        {
            Require(bounds.Contains(value), bounds.Key, bounds.Option, $"must be {bounds}, not {value.ToString(CultureInfo.InvariantCulture)}");
        }

        Require(Model.Architecture.All.ContainsKey(Architecture), "architecture", "--arch", $"must be one of {string.Join(", ", Model.Architecture.All.Keys)}, not '{Architecture}'");
        Require(Augmentation.Named.ContainsKey(Augment), "augment", "--augment", $"must be one of {string.Join(", ", Augmentation.Named.Keys)}, not '{Augment}'");
        // JSON may also give the number of an enum's value, which need not exist.
        Require(Enum.IsDefined(Head), "head", "--pool", "is unknown");
        Require(Enum.IsDefined(Optimizer), "optimizer", "--optimizer", "is unknown");
        Require(Enum.IsDefined(Schedule), "schedule", "--schedule", "is unknown");
        Require(Enum.IsDefined(Similar), "similar", "--similar", "is unknown");
        Require(Fold <= Folds, "fold", "--folds", $"must be at most {Folds}, not {Fold}");
        Require(Group is null || !string.IsNullOrWhiteSpace(Group), "group", "--group", "is empty");
        Require(Enum.IsDefined(Sampling), "sampling", "--sampling", "is unknown");
        Require(Enum.IsDefined(Criterion), "criterion", "--criterion", "is unknown");
        Require(Enum.IsDefined(Device), "device", "--device", "is unknown");
        Require(Enum.IsDefined(Precision), "precision", "--precision", "is unknown");
        Require(IsPath(Data), "data", "--data", "is not a path");
        Require(IsPath(Output), "output", "--out", "is not a path");
        Require(Shortcut is null || IsPath(Shortcut), "shortcut", "--out", "is not a path");
        Require(Init is null || IsPath(Init), "init", "--init", "is not a path");
        Require(Votes is null || IsPath(Votes), "votes", "--ferplus-votes", "is not a path");
        Require(Teachers.All(IsPath), "teachers", "--teacher", "holds something that is not a path");

        void Require(bool isValid, string key, string option, string problem)
        {
            if (!isValid)
            {
                throw new FerException($"{source}{key} ({option}) {problem}");
            }
        }

        static bool IsPath(string? text) => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal);
    }
}
