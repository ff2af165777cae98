using OpenCvSharp;

namespace Fer.Core.Data.Samples;

/// <summary>A face of a demo frame.</summary>
/// <param name="Person">Index of the person, 0 for the first.</param>
/// <param name="Box">Bounding box in pixels.</param>
/// <param name="Label">The index of its expression in <see cref="SampleFaces.Labels"/>.</param>
public sealed record DemoFace(int Person, Rect Box, int Label);

/// <summary>A frame of a demo video.</summary>
/// <param name="Image">The image in BGR; the next frame overwrites it.</param>
/// <param name="Number">0 for the first.</param>
/// <param name="Faces">The faces in it.</param>
public sealed record DemoFrame(Mat Image, int Number, IReadOnlyList<DemoFace> Faces);

/// <summary>
/// A video of sample faces that move in front of a plain wall and change their expression every two seconds. Equal
/// settings give an equal video. It replaces a camera in the demo, in tests and in benchmarks.
/// </summary>
public sealed record DemoVideo
{
    // Number of patches of light on the wall.
    private const int WallRows = 6, WallColumns = 8;

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Number of people.</summary>
    public int People { get; init; } = 1;

    /// <summary>Frames per second.</summary>
    public int FramesPerSecond { get; init; } = 25;

    /// <summary>Length in seconds.</summary>
    public int Seconds { get; init; } = 14;

    /// <summary>Seconds between two changes of expression.</summary>
    public double ExpressionSeconds { get; init; } = 2;

    /// <summary>Two people move from side to side and cross, instead of each staying in a part of the image.</summary>
    public bool Crossing { get; init; }

    /// <summary>Seed of the people and their paths.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The frames; they share one buffer.</summary>
    public IEnumerable<DemoFrame> Frames()
    {
        using var wall = Wall();
        using var image = new Mat();
        var people = Enumerable.Range(0, People).Select(person => new Walker(this, person)).ToArray();
        try
        {
            for (var number = 0; number < Seconds * FramesPerSecond; number++)
            {
                wall.CopyTo(image);
                var time = (double)number / FramesPerSecond;
                yield return new DemoFrame(image, number, [.. people.Select(person => person.Draw(image, time))]);
            }
        }
        finally
        {
            Array.ForEach(people, person => person.Dispose());
        }
    }

    /// <summary>Writes the video as an MP4 file for ordinary players.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public void Write(string path, CancellationToken cancellation = default) => AtomicFile.Replace(path, unfinished =>
    {
        using var writer = new VideoWriter(Path.GetFullPath(unfinished), VideoWriter.FourCC("mp4v"), FramesPerSecond, new Size(Width, Height));
        if (!writer.IsOpened())
        {
            throw new FerException($"{path} cannot be written as a video; choose a name that ends in .mp4 in a writable folder");
        }

        foreach (var frame in Frames())
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(frame.Image);
        }
    });

    /// <summary>Soft light on a wall.</summary>
    private Mat Wall()
    {
        using var small = new Mat(WallRows, WallColumns, MatType.CV_8UC3);
        var random = CounterRandom.For(Seed, -1);
        for (var y = 0; y < WallRows; y++)
        {
            for (var x = 0; x < WallColumns; x++)
            {
                var gray = 120 - 8 * y + random.NextDouble(-14, 14);
                small.Set(y, x, new Vec3b((byte)gray, (byte)(gray + 6), (byte)(gray + 14)));
            }
        }

        return small.Resize(new Size(Width, Height), 0, 0, InterpolationFlags.Cubic);
    }

    /// <summary>One synthetic person: a face, a path, a sequence of expressions.</summary>
    private sealed class Walker : IDisposable
    {
        // Duration of a change of expression.
        private const double FadeSeconds = 0.2;

        // Close to the mean face, so that the detector finds each in most frames.
        private const float Variety = 0.4f;

        private readonly DemoVideo _video;
        private readonly int _person;
        private readonly float[] _identity;
        private readonly float[] _expression = new float[SampleFaces.Labels.Count];
        private readonly byte[] _pixels = new byte[SampleFaces.Size * SampleFaces.Size];
        private readonly double _phase;
        private readonly int _side;
        private readonly Mat _mask;

        public Walker(DemoVideo video, int person)
        {
            var random = CounterRandom.For(video.Seed, person);
            (_video, _person) = (video, person);
            _identity = Array.ConvertAll(SampleFaces.DrawIdentity(ref random), weight => Variety * weight);
            _phase = random.NextDouble(0, 2 * Math.PI);
            var columns = Columns;
            var rows = (video.People + columns - 1) / columns;
            _side = (int)(0.8 * Math.Min((double)video.Width / columns, (double)video.Height / rows) * (video.People == 1 ? 0.6 : 1));
            _side = Math.Min(_side, video.Height / 2);
            _mask = Oval(_side);
        }

        private int Columns => (int)Math.Ceiling(Math.Sqrt(_video.People * (double)_video.Width / _video.Height));

        public DemoFace Draw(Mat image, double time)
        {
            var label = Express(time);
            SampleFaces.Render(_identity, _expression, _pixels);
            using var small = Mat.FromPixelData(SampleFaces.Size, SampleFaces.Size, MatType.CV_8UC1, _pixels);
            using var gray = small.Resize(new Size(_side, _side), 0, 0, InterpolationFlags.Cubic);
            using var color = gray.CvtColor(ColorConversionCodes.GRAY2BGR);
            var box = new Rect(Place(time), new Size(_side, _side));
            using var target = new Mat(image, box);
            Blend(color, target, _mask);
            return new DemoFace(_person, box, label);
        }

        public void Dispose() => _mask.Dispose();

        /// <summary>Sets the weights of the expressions at a time, with a fade from one to the next; returns the label.</summary>
        private int Express(double time)
        {
            var turn = (int)(time / _video.ExpressionSeconds);
            var (before, now) = (LabelOf(turn - 1), LabelOf(turn));
            var fade = turn == 0 ? 1 : Math.Min(1, (time - turn * _video.ExpressionSeconds) / FadeSeconds);
            Array.Clear(_expression);
            _expression[before] += (float)(1 - fade);
            _expression[now] += (float)fade;
            return now;
        }

        /// <summary>The expression of a turn: steps of 2 or 3 through the seven visit all of them.</summary>
        private int LabelOf(int turn) => (3 + _person + (2 + _person % 2) * Math.Max(0, turn)) % SampleFaces.Labels.Count;

        private Point Place(double time)
        {
            if (_video.Crossing)
            {
                // From side to side and back in eight seconds; every second person the other way, at another height.
                var way = (1 - Math.Cos(2 * Math.PI * time / 8)) / 2;
                var across = _person % 2 == 0 ? way : 1 - way;
                var down = 0.5 + 0.1 * (_person % 2 == 0 ? -1 : 1);
                return new Point((int)(across * (_video.Width - _side)), (int)(down * (_video.Height - _side)));
            }

            var columns = Columns;
            var rows = (_video.People + columns - 1) / columns;
            var (width, height) = ((double)_video.Width / columns, (double)_video.Height / rows);
            var x = _person % columns * width + (width - _side) / 2 * (1 + 0.8 * Math.Sin(time * 0.9 + _phase));
            var y = _person / columns * height + (height - _side) / 2 * (1 + 0.8 * Math.Cos(time * 0.6 + _phase));
            return new Point((int)x, (int)y);
        }

        private static Mat Oval(int side)
        {
            using var oval = new Mat(side, side, MatType.CV_32FC1, Scalar.All(0));
            Cv2.Ellipse(oval, new Point(side / 2, side / 2), new Size(side * 0.43, side * 0.46), 0, 0, 360, Scalar.All(1), -1);
            var soft = oval.GaussianBlur(new Size(0, 0), side / 30.0);
            using (soft)
            {
                return soft.CvtColor(ColorConversionCodes.GRAY2BGR);
            }
        }

        private static void Blend(Mat face, Mat target, Mat mask)
        {
            using var over = new Mat();
            using var under = new Mat();
            face.ConvertTo(over, MatType.CV_32FC3);
            target.ConvertTo(under, MatType.CV_32FC3);
            Cv2.Subtract(over, under, over);
            Cv2.Multiply(over, mask, over);
            Cv2.Add(under, over, under);
            under.ConvertTo(target, MatType.CV_8UC3);
        }
    }
}
