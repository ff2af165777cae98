using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// The neural detector YuNet (Wu et al. 2023) from its ONNX file: in a third of the cascade's time for a whole image, about
/// its time around tracked faces, and better with rotated and partly hidden faces.
/// </summary>
public sealed class YuNetFaceDetector : IFaceDetector
{
    // The network detects hardly any face below 16 pixels, and few above 300: a large input is therefore also searched at
    // a reduced size.
    private const int SmallestFace = 16, LargestFace = 300, LongSide = 320, LargeInput = 480;

    // Pixels of the network's input, which bounds the memory: 300 MB for a panorama as for a photograph.
    private const double MaxInput = 4e6;

    // A small image is enlarged for its small faces, to this long side at most. Measured on composed scenes at 640x480:
    // recall of faces below 36 pixels 0.75 at the image's own size, 0.87 enlarged by a third, 0.93 by half.
    private const double EnlargedSide = 640.0 * 4 / 3;

    // Faces below 4 pixels show no emotion. A crop of 48 pixels is searched at 192 instead of 768: of 199 FER2013 crops 195
    // are found instead of 190, in a tenth of the time.
    private const double MaxEnlargement = 4;

    // Around an expected face, a square of this many times its width is searched at this size, which shows the face at
    // about 58 pixels. Measured on 400 composed portraits whose expected box is off by up to 8 or 25%: 390 and 391 are found, at
    // 160 pixels 392 and 389, with boxes and roll as good, in two thirds of the time.
    private const double NearArea = 2.2;
    private const int NearSide = 128;

    // Where that finds nothing, the face is looked for at this size before the whole image is searched, which takes ten times as
    // long: hardly any face is missed at both.
    private const int SecondNearSide = 192;

    /// <summary>
    /// The default smallest face in still images: photographs of 12 megapixels are searched at 960 lines. Measured on faces of
    /// 60 to 67 pixels in images that are reduced: 78% found at 21 pixels, 85% at 28, 98% at 42.
    /// </summary>
    public static FaceSize StillImageMinFace { get; } = new(1.0 / 60);

    /// <summary>The default smallest face in video.</summary>
    public static FaceSize VideoMinFace { get; } = new(0.05);

    private readonly FaceSize _minFace;
    private readonly Mat _color = new();
    private readonly YuNetNetwork _network;
    private readonly YuNetSearch _search;
    private readonly List<DetectedFace> _elsewhere = [];
    private readonly List<DetectedFace> _large = [];

    /// <summary>Loads the network.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="minFace">The smallest face to detect; the image is reduced as far as this size allows, or enlarged, up to 853 pixels.</param>
    /// <exception cref="FerException">The file is missing or is not a YuNet model.</exception>
    public YuNetFaceDetector(string model, FaceSize minFace)
    {
        _minFace = minFace;
        if (!Path.Exists(model))
        {
            throw new FerException($"{model} does not exist; --detector-model takes the ONNX file of YuNet ({YuNetModel.FileName}), and fer-detect get-detector downloads it");
        }

        _network = new YuNetNetwork(model, Math.Max(1, Cv2.GetNumThreads()));
        _search = new YuNetSearch(_network);
    }

    /// <inheritdoc/>
    public string Name => "YuNet";

    /// <inheritdoc/>
    public void Detect(Mat image, List<DetectedFace> faces)
    {
        faces.Clear();
        var color = ToColor(image);
        var longSide = Math.Max(image.Width, image.Height);
        var scale = Scale(image);
        _search.Run(color, scale, faces);
        if (longSide * scale > LargeInput)
        {
            _large.Clear();
            _search.Run(color, (double)LongSide / longSide, _large);
            // What both find keeps the finer search's landmarks (roll errors of 5 degrees in the median, 12 at half the size),
            // unless it was too large there, where boxes are too small.
            faces.InsertRange(0, _large.Where(face => face.Box.Width * scale > LargestFace));
            faces.AddRange(_large.Where(face => face.Box.Width * scale <= LargestFace));
        }

        FaceBoxes.RemoveDuplicates(faces);
        RemoveSmall(image, faces);
    }

    /// <inheritdoc/>
    public bool DetectNear(Mat image, IReadOnlyList<DetectedFace> expected, List<DetectedFace> faces)
    {
        faces.Clear();
        if (expected.Count * NearSide * NearSide >= Scale(image) * image.Width * Scale(image) * image.Height)
        {
            Detect(image, faces);
            return true;
        }

        var color = ToColor(image);
        foreach (var face in expected)
        {
            SearchAround(color, face.Box, NearSide, faces);
        }

        foreach (var face in expected.Where(IsMissing))
        {
            SearchAround(color, face.Box, SecondNearSide, faces);
        }

        if (!expected.Any(IsMissing))
        {
            return false;
        }

        // A face moved away, or is no longer there.
        Detect(image, _elsewhere);
        faces.AddRange(_elsewhere);
        return true;

        bool IsMissing(DetectedFace face) => !faces.Exists(found => FaceBoxes.AreSame(found.Box, face.Box));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _search.Dispose();
        _network.Dispose();
        _color.Dispose();
    }

    private void SearchAround(Mat color, Rect face, int inputSide, List<DetectedFace> faces)
    {
        // At the edge of the image a box is cut off.
        var side = (int)(Math.Max(face.Width, face.Height) * NearArea);
        var square = new Rect(face.X + (face.Width - side) / 2, face.Y + (face.Height - side) / 2, side, side);
        if ((square & new Rect(default, color.Size())) is { Width: > 0, Height: > 0 })
        {
            _search.Run(color, face, square, inputSide, faces);
        }
    }

    /// <summary>The smallest face has 16 pixels, but an image is never reduced below the size of the second search.</summary>
    private double Scale(Mat image)
    {
        var longSide = (double)Math.Max(image.Width, image.Height);
        var scale = Math.Max(SmallestFace / (double)_minFace.Pixels(image.Height), Math.Min(1, LongSide / longSide));
        var largest = Math.Sqrt(MaxInput / image.Width / image.Height);
        return Math.Min(Math.Min(scale, largest), Math.Clamp(EnlargedSide / longSide, 1, MaxEnlargement));
    }

    private void RemoveSmall(Mat image, List<DetectedFace> faces)
    {
        // The boxes are smaller than the network's, and smaller still at the edge of the image.
        var smallest = YuNetResults.BoxScale * _minFace.Pixels(image.Height) - 1;
        faces.RemoveAll(face => Math.Max(face.Box.Width, face.Box.Height) < smallest);
    }

    private Mat ToColor(Mat image)
    {
        if (image.Channels() == 3)
        {
            return image;
        }

        Cv2.CvtColor(image, _color, image.Channels() == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.BGRA2BGR);
        return _color;
    }
}
