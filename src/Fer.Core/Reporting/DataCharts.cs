using Fer.Core.Data;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Fer.Core.Reporting;

/// <summary>
/// The charts of an image folder. All methods throw <see cref="FerException"/> if the file cannot be written.
/// </summary>
public static class DataCharts
{
    // Width of a group of bars; the distance between two labels is 1.
    private const double GroupWidth = 0.8;
    private const int SamplesPerLabel = 10;

    private static readonly Color[] SplitColors = [ChartStyle.Train, ChartStyle.Validation, Color.FromHex("#009E73")];

    /// <summary>Number of images per label and split.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="inspection">At most three splits.</param>
    public static void Counts(string path, DataInspection inspection)
    {
        var (labels, splits) = (inspection.Labels, inspection.Splits);
        var plot = ChartStyle.NewPlot("Images per label", labels);
        var width = GroupWidth / splits.Count;
        foreach (var (index, split) in splits.Index())
        {
            var bars = plot.Add.Bars(split.Counts.Select((count, label) => new Bar
            {
                Position = label - GroupWidth / 2 + (index + 0.5) * width,
                Value = count,
                Size = width * 0.94,
                FillColor = SplitColors[index],
                LineWidth = 0,
                Label = labels.Count * splits.Count <= 24 ? count.ToString("N0") : "",
            }).ToArray());
            bars.ValueLabelStyle.FontSize = 11;
            bars.ValueLabelStyle.ForeColor = ChartStyle.Muted;
            bars.LegendText = $"{split.Name}: {split.Counts.Sum():N0}";
        }

        plot.Axes.SetLimits(-0.6, labels.Count - 0.4, 0, 1.12 * splits.Max(split => split.Counts.Max()));
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. Enumerable.Range(0, labels.Count).Select(label => (double)label)], [.. labels]);
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Math.Clamp(110 * labels.Count, 480, 2000), 480);
    }

    /// <summary>Some images of each label of the first split, cropped and resized as network input.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="inspection">The folder.</param>
    public static void Samples(string path, DataInspection inspection)
    {
        var (faces, labels) = (inspection.Splits[0].Faces, inspection.Labels);
        var rows = SampleChoice.ByLabel(faces.Targets, SamplesPerLabel, seed: 1)
            .Select(row => row.Select(face => new SampleFace(faces.Face(face), labels[faces.Targets[face]])).ToArray());
        SampleGrid.Write(path, $"Images of {inspection.Splits[0].Name}", [.. rows]);
    }

    /// <summary>The mean image of each label, one row per split: differently prepared splits differ at a glance.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="inspection">The folder.</param>
    public static void Means(string path, DataInspection inspection)
    {
        var rows = inspection.Splits.Select(split => Enumerable.Range(0, inspection.Labels.Count)
            .Where(label => split.Counts[label] > 0)
            .Select(label => new SampleFace(Mean(split.Faces, label), inspection.Labels[label])).ToArray());
        SampleGrid.Write(path, $"Mean images, a row each: {string.Join(", ", inspection.Splits.Select(split => split.Name))}", [.. rows]);
    }

    /// <summary>The mean of a label's images, <c>size * size</c> values 0..255.</summary>
    private static float[] Mean(FaceDataset faces, int label)
    {
        var sum = new long[faces.Size * faces.Size];
        var count = 0;
        for (var face = 0; face < faces.Count; face++)
        {
            if (faces.Targets[face] == label)
            {
                var pixels = faces.Face(face);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += pixels[i];
                }

                count++;
            }
        }

        return Array.ConvertAll(sum, value => value / (float)count);
    }
}
