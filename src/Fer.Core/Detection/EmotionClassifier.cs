using System.Numerics.Tensors;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Inference;
using Fer.Core.Model;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Classifies the emotion of faces with a trained network. Not thread-safe.</summary>
public sealed class EmotionClassifier : IDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly FacePreprocessor _preprocessor;
    private readonly float _temperature;
    private byte[] _crops = [];
    private float[] _pixels = [];

    /// <summary>Builds the network of a checkpoint.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The precision of the convolutional and linear layers.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size.</exception>
    public EmotionClassifier(Checkpoint checkpoint, Precision precision = Precision.Float32)
    {
        Labels = checkpoint.Labels;
        _preprocessor = new FacePreprocessor(checkpoint.Preprocessing);
        _temperature = (float)checkpoint.Temperature;
        _engine = InferenceEngines.OpenOnCpu(checkpoint, precision);
    }

    /// <summary>The class labels, in the order of the probabilities.</summary>
    public LabelSet Labels { get; }

    /// <summary>Classifies all faces of an image in one forward pass.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="faces">Bounding boxes within the image.</param>
    /// <param name="rolls">Clockwise rotation of each head in degrees; null if all are upright.</param>
    /// <returns><c>[face][label]</c>: probabilities that sum to 1 for each face.</returns>
    /// <exception cref="FerException">The network's output is not finite.</exception>
    public float[][] Classify(Mat image, IReadOnlyList<Rect> faces, IReadOnlyList<double>? rolls = null)
    {
        if (faces.Count == 0)
        {
            return [];
        }

        var area = _preprocessor.Size * _preprocessor.Size;
        if (faces.Count * area > _crops.Length)
        {
            (_crops, _pixels) = (new byte[faces.Count * area], new float[faces.Count * area]);
        }

        for (var face = 0; face < faces.Count; face++)
        {
            _preprocessor.Crop(image, faces[face], _crops.AsSpan(face * area, area), rolls?[face] ?? 0);
        }

        TensorPrimitives.ConvertTruncating<byte, float>(_crops.AsSpan(0, faces.Count * area), _pixels);
        var logits = _engine.Logits(_pixels, faces.Count);
        var rows = new float[faces.Count][];
        for (var face = 0; face < rows.Length; face++)
        {
            rows[face] = Probabilities(logits.Slice(face * Labels.Count, Labels.Count));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    /// <summary>Softmax of the logits divided by the temperature.</summary>
    private float[] Probabilities(ReadOnlySpan<float> logits)
    {
        var row = new float[logits.Length];
        TensorPrimitives.Divide(logits, _temperature, row);
        TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
        TensorPrimitives.SoftMax<float>(row, row);
        return float.IsFinite(TensorPrimitives.Sum<float>(row))
            ? row
            : throw new FerException("the network's output is not a number: its weights are too large; retrain it, or specify another file with --model");
    }
}
