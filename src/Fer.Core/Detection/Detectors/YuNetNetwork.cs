using Fer.Core.Export.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// YuNet's network in ONNX Runtime, for inputs of any size. On one AVX2 core it takes 5.9 ms at 427x320 pixels and 10.9 ms
/// at 640x480; OpenCV's <c>FaceDetectorYN</c> takes 27 and 66 ms.
/// </summary>
internal sealed class YuNetNetwork : IDisposable
{
    private const string Input = "input";

    // The sides of the input are multiples of the largest stride.
    private const int LargestStride = 32;
    private static readonly int[] Strides = [8, 16, LargestStride];
    private static readonly string[] Inputs = [Input];
    private static readonly string[] Outputs = [.. Strides.SelectMany(stride => new[] { $"cls_{stride}", $"obj_{stride}", $"bbox_{stride}", $"kps_{stride}" })];

    private readonly InferenceSession? _session;
    private readonly RunOptions _run = new();
    private readonly Mat _padded = new();
    private readonly Mat _channel = new();
    private readonly List<YuNetFace> _candidates = [];
    private float[] _pixels = [];

    /// <summary>Loads the network.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">Threads of a forward pass.</param>
    /// <exception cref="FerException">The file is not a YuNet model, or is damaged.</exception>
    public YuNetNetwork(string path, int threads)
    {
        var file = DetectorFile.ReadNetwork(path);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            // Their sizes change from search to search.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(WithAnySize(file), options);
            using var probe = new Mat(64, 64, MatType.CV_8UC3, Scalar.Black);
            Run(probe, minScore: 1);
        }
        catch (Exception failure) when (failure is OnnxRuntimeException or InvalidProtocolBufferException or InvalidDataException)
        {
            Dispose();
            throw new FerException($"{path} is not a YuNet model, or is damaged; {YuNetModel.WayOut(path)}", failure);
        }
    }

    /// <summary>Finds the faces of an image.</summary>
    /// <param name="image">BGR, 8 bits per channel.</param>
    /// <param name="minScore">The score threshold.</param>
    /// <returns>In pixels of the image, the highest score first.</returns>
    /// <exception cref="InvalidDataException">The outputs are not those of YuNet.</exception>
    /// <exception cref="OnnxRuntimeException">The network cannot be run.</exception>
    public IReadOnlyList<YuNetFace> Run(Mat image, float minScore)
    {
        var (width, height) = (RoundUp(image.Width), RoundUp(image.Height));
        Load(image, width, height);
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _pixels.AsMemory(0, 3 * width * height), [1, 3, height, width]);
        using var outputs = _session!.Run(_run, Inputs, [input], Outputs);
        return Decode(outputs, width, height, minScore);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        _run.Dispose();
        _padded.Dispose();
        _channel.Dispose();
    }

    /// <summary>The file declares inputs of 640x640 pixels, but its operators do not depend on the size.</summary>
    private static byte[] WithAnySize(byte[] file)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        model.Graph?.ValueInfo.Clear();
        foreach (var shape in (model.Graph?.Input ?? []).Select(input => input.Type?.TensorType?.Shape).Where(shape => shape?.Dim.Count == 4))
        {
            (shape!.Dim[2].DimParam, shape.Dim[3].DimParam) = ("height", "width");
        }

        foreach (var tensor in (model.Graph?.Output ?? []).Select(output => output.Type?.TensorType).OfType<TypeProto.Types.Tensor>())
        {
            tensor.Shape = null;
        }

        return model.ToByteArray();
    }

    private IReadOnlyList<YuNetFace> Decode(IReadOnlyList<OrtValue> outputs, int width, int height, float minScore)
    {
        _candidates.Clear();
        foreach (var (index, stride) in Strides.Index())
        {
            var grid = new YuNetGrid(Output(0), Output(1), Output(2), Output(3));
            var cells = width / stride * (height / stride);
            if ((grid.Classes.Length, grid.Objects.Length, grid.Boxes.Length, grid.Landmarks.Length) != (cells, cells, 4 * cells, 10 * cells))
            {
                throw new InvalidDataException("the outputs are not those of YuNet");
            }

            YuNetDecoder.Decode(grid, stride, width / stride, minScore, _candidates);

            ReadOnlySpan<float> Output(int kind) => outputs[4 * index + kind].GetTensorDataAsSpan<float>();
        }

        return YuNetDecoder.Suppress(_candidates);
    }

    private static int RoundUp(int side) => (side + LargestStride - 1) / LargestStride * LargestStride;

    /// <summary>Planes of blue, green and red, 0..255, black beyond the image.</summary>
    private void Load(Mat image, int width, int height)
    {
        if (_pixels.Length < 3 * width * height)
        {
            _pixels = GC.AllocateUninitializedArray<float>(3 * width * height, pinned: true);
        }

        Cv2.CopyMakeBorder(image, _padded, 0, height - image.Height, 0, width - image.Width, BorderTypes.Constant);
        for (var channel = 0; channel < 3; channel++)
        {
            Cv2.ExtractChannel(_padded, _channel, channel);
            using var plane = Mat.FromPixelData(height, width, MatType.CV_32FC1, Address(channel * width * height));
            _channel.ConvertTo(plane, MatType.CV_32FC1);
        }
    }

    private unsafe nint Address(int index)
    {
        fixed (float* pixel = &_pixels[index])
        {
            return (nint)pixel;
        }
    }
}
