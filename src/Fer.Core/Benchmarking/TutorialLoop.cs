using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Native;
using OpenCvSharp;
using static TorchSharp.torch;
using Scalar = OpenCvSharp.Scalar;
using Size = OpenCvSharp.Size;

namespace Fer.Core.Benchmarking;

/// <summary>
/// The baseline of the detection benchmark: the loop of the Keras tutorial with the same network in TorchSharp's own
/// layers. Sequential steps, the cascade on the whole frame with scaleFactor 1.3 and minNeighbors 5, one float32 forward
/// pass per face.
/// </summary>
/// <remarks>
/// The libraries use their default numbers of threads. The weights are random, since the time of a forward pass does not
/// depend on them.
/// </remarks>
internal sealed class TutorialLoop : IDisposable
{
    private const double ScaleFactor = 1.3;
    private const int MinNeighbors = 5;

    private readonly Checkpoint _checkpoint;
    private readonly CascadeClassifier _cascade = new(HaarCascade.Locate(null, HaarCascade.TutorialFileName));
    private readonly nn.Module<Tensor, Tensor> _network;

    public TutorialLoop(Checkpoint checkpoint)
    {
        _checkpoint = checkpoint;
        NativeRuntime.PrepareTorch(null);
        _network = BaselineNetworks.Build(checkpoint.Architecture, checkpoint.Labels.Count);
        _network.eval();
    }

    /// <summary>Frames per second.</summary>
    public double Measure(IReadOnlyList<Mat> images, TimeSpan duration, CancellationToken cancellation)
    {
        using var source = new RepeatedSource(images, 30, isLive: false, long.MaxValue);
        using var frame = new Frame();
        using var gray = new Mat();
        using var guard = inference_mode();
        var (networkThreads, cascadeThreads) = (get_num_threads(), Cv2.GetNumThreads());
        SetThreads(Environment.ProcessorCount, Environment.ProcessorCount);
        var started = Stopwatch.GetTimestamp();
        var frames = 0L;
        for (; Stopwatch.GetElapsedTime(started) < duration && source.Read(frame, CancellationToken.None); frames++)
        {
            cancellation.ThrowIfCancellationRequested();
            Cv2.CvtColor(frame.Image, gray, ColorConversionCodes.BGR2GRAY);
            foreach (var face in _cascade.DetectMultiScale(gray, ScaleFactor, MinNeighbors))
            {
                Cv2.Rectangle(frame.Image, face, Scalar.Red, 2);
                Cv2.PutText(frame.Image, Classify(gray, face), face.TopLeft, HersheyFonts.HersheySimplex, 1, Scalar.Red, 2);
            }
        }

        var rate = frames / Stopwatch.GetElapsedTime(started).TotalSeconds;
        SetThreads(networkThreads, cascadeThreads);
        return rate;
    }

    public void Dispose()
    {
        _cascade.Dispose();
        _network.Dispose();
    }

    private static void SetThreads(int network, int cascade)
    {
        set_num_threads(network);
        Cv2.SetNumThreads(cascade);
    }

    private string Classify(Mat gray, Rect face)
    {
        using var scope = NewDisposeScope();
        using var crop = new Mat(gray, face);
        var size = _checkpoint.Preprocessing.Size;
        using var small = crop.Resize(new Size(size, size));
        small.GetArray(out byte[] pixels);
        var input = tensor(pixels).to(ScalarType.Float32).div(255).reshape(1, 1, size, size);
        return _checkpoint.Labels[(int)_network.call(input).softmax(1).argmax(1).item<long>()];
    }
}
