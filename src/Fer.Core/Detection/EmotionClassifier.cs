using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using OpenCvSharp;
using static TorchSharp.torch;

namespace Fer.Core.Detection;

/// <summary>A trained network that reads faces in images. Not for several threads at once.</summary>
public sealed class EmotionClassifier : IDisposable
{
    private readonly EmotionNetwork _network;
    private readonly FacePreprocessor _preprocessor;
    private readonly double _temperature;
    private Tensor _pixels;

    /// <summary>Rebuilds the network that a checkpoint holds.</summary>
    /// <param name="checkpoint">Architecture, labels, preprocessing and weights.</param>
    /// <param name="precision">The number format of convolutions and dense layers.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the size of the images.</exception>
    public EmotionClassifier(Checkpoint checkpoint, Precision precision = Precision.Float32)
    {
        Labels = checkpoint.Labels;
        _preprocessor = new FacePreprocessor(checkpoint.Preprocessing);
        _temperature = checkpoint.Temperature;
        _network = checkpoint.BuildNetwork(precision);
        _network.FuseForInference();
        _pixels = NewBuffer(4);
    }

    /// <summary>The classes, in the order of the probabilities.</summary>
    public LabelSet Labels { get; }

    /// <summary>Reads all faces of an image in one forward pass.</summary>
    /// <param name="image">8 bits a channel, gray or BGR.</param>
    /// <param name="faces">Boxes inside the image.</param>
    /// <returns><c>[face][label]</c>, probabilities.</returns>
    /// <exception cref="FerException">The network answers with something else than numbers.</exception>
    public float[][] Classify(Mat image, IReadOnlyList<Rect> faces)
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
            _preprocessor.Crop(image, faces[face], _pixels.bytes.Slice(face * area, area));
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
                throw new FerException("the network's answer is no number: its weights are too large; train it anew, or name another file with --model");
            }
        }

        return row;
    }

    private Tensor NewBuffer(int faces) =>
        empty(faces, 1, _preprocessor.Size, _preprocessor.Size, ScalarType.Byte).DetachFromDisposeScope();
}
