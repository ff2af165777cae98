using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>
/// The network of the Keras tutorial: four times [3x3 convolution without padding, ReLU, max pooling, dropout], then
/// three linear layers. 4,232,199 parameters for seven labels, 217.8 million MACs per face.
/// </summary>
internal sealed class ClassicNet : EmotionNetwork
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Convolution conv1 = new(1, 128, 3, padded: false, biased: true);
    private readonly Convolution conv2 = new(128, 256, 3, padded: false, biased: true);
    private readonly Convolution conv3 = new(256, 512, 3, padded: false, biased: true);
    private readonly Convolution conv4 = new(512, 512, 3, padded: false, biased: true);
    private readonly Linear fc1 = new(512, 512);
    private readonly Linear fc2 = new(512, 256);
    private readonly Linear fc3;
#pragma warning restore IDE1006
    private readonly MaxPoolReluDropout _pool;
    private readonly Dropout _dropout40;
    private readonly Dropout _dropout30;

    public ClassicNet(int labels)
        : base("classic")
    {
        fc3 = new Linear(256, labels);
        _pool = new MaxPoolReluDropout(0.4, Masks);
        _dropout40 = new Dropout(0.4, Masks);
        _dropout30 = new Dropout(0.3, Masks);
        RegisterComponents();
        foreach (var layer in new[] { conv1.Weight, conv2.Weight, conv3.Weight, conv4.Weight, fc1.Weight, fc2.Weight, fc3.Weight })
        {
            init.xavier_uniform_(layer);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.to(Precision.ScalarType()).InChannelsLast();
        foreach (var convolution in new[] { conv1, conv2, conv3, conv4 })
        {
            x = _pool.call(convolution.call(x));
        }

        x = x.flatten(1);
        x = _dropout40.call(fc1.call(x).relu_());
        x = _dropout30.call(fc2.call(x).relu_());
        return fc3.call(x).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public override void FuseForInference()
    {
        eval();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var convolution in new[] { conv1, conv2, conv3, conv4 })
        {
            convolution.FuseForInference(convolution.Weight, convolution.Bias, Precision.ScalarType());
        }
    }
}
