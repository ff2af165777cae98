using System.Diagnostics;
using Fer.Core.Data;
using Fer.Core.Detection.Ffmpeg;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// A network camera. The FFmpeg in OpenCV's package is built without network support, so MJPEG over HTTP is read here, and
/// everything else (RTSP, RTMP, HLS, ...) by the program ffmpeg, which sends MJPEG through a pipe.
/// </summary>
internal sealed class StreamSource : IFrameSource
{
    // The first frame takes longer: ffmpeg analyzes the stream and waits for a key frame.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5), FirstReadTimeout = TimeSpan.FromSeconds(20);

    // A camera may send an image every few seconds only: the stream is lost after several times its longest interval. One
    // long wait is forgotten after some minutes of others.
    private const double Intervals = 3;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(60);

    // A playlist gets its next segment after many seconds.
    private static readonly TimeSpan PlaylistTimeout = TimeSpan.FromSeconds(30);

    // Networks lose packets, so a few damaged images are skipped; a stream of nothing else is not a video.
    private const int MaxDamagedImages = 100;

    private readonly Stream _stream;
    private readonly IDisposable _connection;
    private readonly JpegReader _images;
    private readonly string _name;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _shortestTimeout;
    private CancellationToken _token;
    private TimeSpan _timeout, _longestWait;
    private ReadOnlyMemory<byte>? _next;
    private long _number;

    private StreamSource(string name, Stream stream, IDisposable connection, TimeSpan timeout, CancellationToken token)
    {
        _shortestTimeout = timeout;
        _timeout = timeout > FirstReadTimeout ? timeout : FirstReadTimeout;
        _token = token;
        _name = name;
        _stream = stream;
        _connection = connection;
        _images = new JpegReader(Fill);
        _next = _images.Next();
        if (_next is null)
        {
            Dispose();
            token.ThrowIfCancellationRequested();
            throw new FerException($"{name} delivers no video that can be read");
        }
    }

    public bool IsLive => true;

    public double FramesPerSecond => 0;

    /// <summary>Whether it comes in the segments of an HLS playlist.</summary>
    public bool IsPlaylist { get; private init; }

    /// <summary>The URL without user, password and the like.</summary>
    public static string NameOf(Uri url) => Secrets.HideValues(url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));

    /// <summary>Opens a URL.</summary>
    /// <param name="url">The URL of the stream.</param>
    /// <param name="token">Cancels the wait for the first frame.</param>
    /// <exception cref="FerException">There is no response, or no video in it.</exception>
    public static StreamSource Open(Uri url, CancellationToken token = default)
    {
        var name = NameOf(url);
        var isPlaylist = false;
        if (url.Scheme is "http" or "https")
        {
            var connection = HttpConnection.Open(url, name, ReadTimeout, token);
            if (connection.Headers.ContentType?.MediaType is "multipart/x-mixed-replace" or "video/x-motion-jpeg")
            {
                return new StreamSource(name, connection.Stream, connection, ReadTimeout, token);
            }

            isPlaylist = connection.IsPlaylist;

            var isFile = connection.Headers is { ContentLength: > 0, ContentType.MediaType: { } type }
                && (type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("image/", StringComparison.Ordinal));
            connection.Dispose();
            if (isFile)
            {
                throw new FerException($"{name} is a file, not a live stream; download it and open the file");
            }
        }

        var process = StartFfmpeg(url, name, isPlaylist);
        return new StreamSource(name, process.StandardOutput.BaseStream, new ChildProcess(process), isPlaylist ? PlaylistTimeout : ReadTimeout, token) { IsPlaylist = isPlaylist };
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        _token = token;
        for (var damaged = 0; damaged < MaxDamagedImages; damaged++)
        {
            _next ??= NextImage();
            if (token.IsCancellationRequested || _next is not { } encoded)
            {
                return false;
            }

            var (isImage, number) = (TryDecode(encoded.Span, frame.Image), _number++);
            _next = null;
            if (isImage)
            {
                frame.Fill(number, Stopwatch.GetElapsedTime(_started), _name, takenAt: DateTimeOffset.UtcNow);
                return true;
            }
        }

        throw new FerException($"{_name} sends images that cannot be decoded ({MaxDamagedImages} in a row); check the camera's settings");
    }

    public bool Skip()
    {
        _number++;
        _next = null;
        return NextImage() is not null;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    private static bool TryDecode(ReadOnlySpan<byte> encoded, Mat image)
    {
        if (ImageHeader.Read(encoded) is not { Pixels: <= ImageDecoder.MaxPixels })
        {
            return false;
        }

        try
        {
            using var decoded = Cv2.ImDecode(encoded, ImreadModes.Color);
            decoded.CopyTo(image);
            return !decoded.Empty();
        }
        catch (OpenCVException)
        {
            return false;
        }
    }

    private static Process StartFfmpeg(Uri url, string name, bool isPlaylist)
    {
        // A playlist at the speed of its video: decoded at once, a segment would be over in a moment, and the stream silent
        // until the next one. Others with the least delay, which costs the frames that are analyzed.
        string[] pace = isPlaylist ? ["-re"] : ["-fflags", "nobuffer"];
        string[] transport = url.Scheme == "rtsp" ? ["-rtsp_transport", "tcp"] : [];
        string[] arguments =
        [
            "-nostdin", "-v", "quiet", "-analyzeduration", "1000000", "-probesize", "1000000",
            .. pace, .. transport, "-i", url.OriginalString, "-an", "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "2", "-",
        ];
        try
        {
            return Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new FerException($"{name} requires the program ffmpeg; install the package ffmpeg, or use an MJPEG stream over HTTP", failure);
        }
    }

    /// <summary>The second image and all later ones: the longest of the last waits tells how long the stream may be silent.</summary>
    private ReadOnlyMemory<byte>? NextImage()
    {
        var asked = Stopwatch.GetTimestamp();
        var image = _images.Next();
        var wait = Stopwatch.GetElapsedTime(asked);
        _longestWait = TimeSpan.FromSeconds(Math.Max(wait.TotalSeconds, _longestWait.TotalSeconds * Math.Exp(-wait / Memory)));
        _timeout = TimeSpan.FromSeconds(Math.Clamp(Intervals * _longestWait.TotalSeconds, _shortestTimeout.TotalSeconds, MaxTimeout.TotalSeconds));
        return image;
    }

    /// <summary>A stream that sends nothing until the timeout is treated as ended.</summary>
    private int Fill(Memory<byte> buffer)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_token);
        timeout.CancelAfter(_timeout);
        try
        {
            return _stream.ReadAsync(buffer, timeout.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Ends a child process when it is disposed of.</summary>
    private sealed class ChildProcess(Process process) : IDisposable
    {
        public void Dispose() => FfmpegProgram.Stop(process);
    }
}
