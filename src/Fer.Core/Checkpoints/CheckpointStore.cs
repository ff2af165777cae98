using System.Globalization;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Checkpoints;

/// <summary>Reads and writes checkpoints, which PyTorch opens too: <c>torch.load(path, weights_only=True)</c>.</summary>
public static class CheckpointStore
{
    private const string Format = "fer-checkpoint";
    private const long Version = 1;

    /// <summary>Reads a checkpoint. The file is untrusted: every value is checked, nothing is executed.</summary>
    /// <exception cref="FerException">The file is missing or not a checkpoint of fer-train; the message says why.</exception>
    public static Checkpoint Load(string path) =>
        InputFile.Read(path, Read, $"the checkpoint in it, such as {Path.Combine(path, "fer.pt")}", "; train a network with fer-train, or specify another file");

    /// <summary>
    /// Writes a checkpoint to a temporary file in the same folder, flushes it to disk and renames it, so that the path
    /// always holds a complete checkpoint, the old one or the new one.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; an older file is unchanged.</exception>
    public static void Save(string path, Checkpoint checkpoint)
    {
        AtomicFile.Replace(path, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write);
            Write(stream, checkpoint);
            stream.Flush(flushToDisk: true);
        });
    }

    /// <summary>Writes a checkpoint to a stream.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint) => TorchArchive.Write(stream, ToValues(checkpoint));

    private static Checkpoint Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return FromValues(TorchArchive.Read(stream)) with { Name = path };
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FerException or OverflowException or NotSupportedException or ArgumentException)
        {
            throw new FerException($"{path} is not a checkpoint of fer-train: {failure.Message.Split('\n')[0].TrimEnd('.')}", failure);
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
        if (checkpoint.Origin is not null)
        {
            values["origin"] = checkpoint.Origin;
        }

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
            throw new InvalidDataException("it is a PyTorch file without the format, architecture and labels that fer-train stores");
        }

        var version = root.Int64("version");
        if (version != Version)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it has version {version}, this program reads version {Version}; update this program"));
        }

        var metrics = root.Part("metrics");
        return new Checkpoint(
            Architecture.FromDescription(new HyperparameterReader(root.Part("architecture").All)),
            Labels(root.List("labels")),
            ReadPreprocessing(root.Part("preprocessing")),
            metrics.All.Keys.ToDictionary(key => key, key => metrics.Double(key)),
            root.Part("state_dict").Tensors())
        {
            Temperature = root.Double("temperature", 1e-3, 1e3),
            Origin = root.Has("origin") ? root.Text("origin") : null,
            Training = root.Has("training") ? root.Part("training").All : null,
        };
    }

    private static LabelSet Labels(IReadOnlyList<object?> names)
    {
        if (!names.All(name => name is string))
        {
            throw new InvalidDataException("a label is not a string");
        }

        return new LabelSet(names.Cast<string>());
    }

    private static Preprocessing ReadPreprocessing(StoredValues values) =>
        new((int)values.Int64("size", 8, 512), values.Double("mean", -10, 10), values.Double("std", 1e-6, 10));
}
