using System.Globalization;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Checkpoints;

/// <summary>Checkpoints as files that PyTorch opens too: <c>torch.load(path, weights_only=True)</c>.</summary>
public static class CheckpointStore
{
    private const string Format = "fer-checkpoint";
    private const long Version = 1;

    /// <summary>Reads a checkpoint. The file may be anybody's: nothing of it is believed unchecked, nothing is executed.</summary>
    /// <exception cref="FerException">The file is missing, or is no checkpoint of ours; the message says why.</exception>
    public static Checkpoint Load(string path) =>
        InputFile.Read(path, Read, $"the checkpoint in it, such as {Path.Combine(path, "fer.pt")}", "; train a network with fer-train, or name another file");

    /// <summary>
    /// Writes a checkpoint under a temporary name in the same folder, flushes it to the disk and renames it: the file is
    /// the old one or the new one, never half of it.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; what was there before still is.</exception>
    public static void Save(string path, Checkpoint checkpoint)
    {
        AtomicFile.Replace(path, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write);
            TorchArchive.Write(stream, ToValues(checkpoint));
            stream.Flush(flushToDisk: true);
        });
    }

    private static Checkpoint Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return FromValues(TorchArchive.Read(stream)) with { Name = path };
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FerException or OverflowException or NotSupportedException or ArgumentException)
        {
            throw new FerException($"{path} is no checkpoint of fer-train: {failure.Message.Split('\n')[0].TrimEnd('.')}", failure);
        }
    }

    private static OrderedDictionary<string, object?> ToValues(Checkpoint checkpoint)
    {
        var values = new OrderedDictionary<string, object?>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["architecture"] = checkpoint.Architecture.Description,
            ["labels"] = checkpoint.Labels.ToList<object?>(),
            ["preprocessing"] = new OrderedDictionary<string, object?>
            {
                ["size"] = (long)checkpoint.Preprocessing.Size,
                ["mean"] = checkpoint.Preprocessing.Mean,
                ["std"] = checkpoint.Preprocessing.StandardDeviation,
            },
            ["temperature"] = checkpoint.Temperature,
            ["metrics"] = new OrderedDictionary<string, object?>(checkpoint.Metrics.Select(metric => new KeyValuePair<string, object?>(metric.Key, metric.Value))),
            ["state_dict"] = new OrderedDictionary<string, object?>(checkpoint.Weights.Select(weight => new KeyValuePair<string, object?>(weight.Key, weight.Value))),
        };
        if (checkpoint.Training is not null)
        {
            values["training"] = checkpoint.Training;
        }

        return values;
    }

    private static Checkpoint FromValues(OrderedDictionary<string, object?> values)
    {
        var root = new StoredValues(values);
        if (values.GetValueOrDefault("format") is not Format)
        {
            throw new InvalidDataException("it is a PyTorch file without format, architecture and labels");
        }

        if (root.Whole("version") != Version)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it has version {root.Whole("version")}, this program reads version {Version}; update it"));
        }

        var preprocessing = root.Part("preprocessing");
        var weights = new OrderedDictionary<string, StoredTensor>(
            root.Part("state_dict").All.Select(weight => new KeyValuePair<string, StoredTensor>(
                weight.Key, weight.Value as StoredTensor ?? throw new InvalidDataException($"'{weight.Key}' is no tensor"))));
        return new Checkpoint(
            Architecture.Described(new HyperparameterReader(root.Part("architecture").All)),
            new LabelSet(root.List("labels").Select(label => label as string ?? throw new InvalidDataException("a label is no text"))),
            new Preprocessing((int)preprocessing.Whole("size", 8, 512), preprocessing.Real("mean", -10, 10), preprocessing.Real("std", 1e-6, 10)),
            root.Part("metrics").All.ToDictionary(metric => metric.Key, metric => root.Part("metrics").Real(metric.Key)),
            weights)
        {
            Temperature = root.Real("temperature", 1e-3, 1e3),
            Training = root.Has("training") ? root.Part("training").All : null,
        };
    }
}
