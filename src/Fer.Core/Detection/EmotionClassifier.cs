using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Detection;

/// <summary>Classifies the emotion of faces with a trained network. Not thread-safe.</summary>
public sealed class EmotionClassifier : IDisposable
{
    private readonly EmotionNetwork _network;
    private readonly FacePreprocessor _preprocessor;
    private readonly double _temperature;
    private Tensor _pixels;

    /// <summary>Builds the network of a checkpoint.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The number format of the convolutional and linear layers.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the input size.</exception>
    public EmotionClassifier(Checkpoint checkpoint, Precision precision = Precision.Float32)
    {
        Labels = checkpoint.Labels;
        _preprocessor = new FacePreprocessor(checkpoint.Preprocessing);
        _temperature = checkpoint.Temperature;
        _network = checkpoint.BuildNetwork(precision);
        _network.FuseForInference();
        _pixels = NewBuffer(4);
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

        if (faces.Count > _pixels.shape[0])
        {
            _pixels.Dispose();
            _pixels = NewBuffer(2 * faces.Count);
        }

        var area = _preprocessor.Size * _preprocessor.Size;
        for (var face = 0; face < faces.Count; face++)
        {
            _preprocessor.Crop(image, faces[face], _pixels.bytes.Slice(face * area, area), rolls?[face] ?? 0);
        }

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var logits = _network.forward(_preprocessor.Normalize(_pixels.narrow(0, 0, faces.Count)));
        using TorchSharp.Scalar temperature = _temperature;
        var probabilities = logits.div(temperature).softmax(1).data<float>();
        return [.. Enumerable.Range(0, faces.Count).Select(face => Row(probabilities, face))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pixels.Dispose();
        _network.Dispose();
    }

    private float[] Row(TorchSharp.Utils.TensorAccessor<float> probabilities, int face)
    {
        var row = new float[Labels.Count];
        for (var label = 0; label < row.Length; label++)
        {
            row[label] = probabilities[face, label];
            if (!float.IsFinite(row[label]))
            {
                throw new FerException("the network's output is not a number: its weights are too large; train it again, or name another file with --model");
            }
        }

        return row;
    }

    private Tensor NewBuffer(int faces) =>
        empty(faces, 1, _preprocessor.Size, _preprocessor.Size, ScalarType.Byte).DetachFromDisposeScope();
}
