using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// A network camera. The FFmpeg inside OpenCV's package is built without network, so MJPEG over HTTP is read here, and
/// everything else (RTSP, RTMP, HLS, ...) through the program ffmpeg, which sends MJPEG down a pipe.
/// </summary>
internal sealed class StreamSource : IFrameSource
{
    // The first image takes longer: ffmpeg looks at the stream and waits for a key frame.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), FirstPatience = TimeSpan.FromSeconds(20);
    private static readonly HttpClient Http = new() { Timeout = Patience };

    private readonly Stream _stream;
    private readonly IDisposable _connection;
    private readonly JpegReader _images;
    private readonly string _name;
    private readonly long _started = Stopwatch.GetTimestamp();
    private CancellationToken _token;
    private bool _isRunning;
    private ReadOnlyMemory<byte>? _next;
    private long _number;

    private StreamSource(string name, Stream stream, IDisposable connection, CancellationToken token)
    {
        _token = token;
        _name = name;
        _stream = stream;
        _connection = connection;
        _images = new JpegReader(Fill);
        _next = _images.Next();
        _isRunning = true;
        if (_next is null)
        {
            Dispose();
            token.ThrowIfCancellationRequested();
            throw new FerException($"{name} gives no video that can be read");
        }
    }

    public bool IsLive => true;

    public double FramesPerSecond => 0;

    /// <summary>The address without user and password.</summary>
    public static string NameOf(Uri address) => address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);

    /// <summary>Opens an address.</summary>
    /// <param name="address">Of the stream.</param>
    /// <param name="token">Ends the waiting for the first image.</param>
    /// <exception cref="FerException">It does not answer, or with no video.</exception>
    public static StreamSource Open(Uri address, CancellationToken token = default)
    {
        var name = NameOf(address);
        if (address.Scheme is "http" or "https")
        {
            var response = Request(address, name, token);
            if (response.Content.Headers.ContentType?.MediaType is "multipart/x-mixed-replace" or "video/x-motion-jpeg")
            {
                return new StreamSource(name, response.Content.ReadAsStream(token), response, token);
            }

            var isFile = response.Content.Headers is { ContentLength: > 0, ContentType.MediaType: { } type }
                && (type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("image/", StringComparison.Ordinal));
            response.Dispose();
            if (isFile)
            {
                throw new FerException($"{name} is a file, not a live stream; download it and name the file");
            }
        }

        var process = StartFfmpeg(address, name);
        return new StreamSource(name, process.StandardOutput.BaseStream, new EndOfProcess(process), token);
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        _token = token;
        bool isImage;
        do
        {
            _next ??= _images.Next();
            if (token.IsCancellationRequested || _next is not { } encoded)
            {
                return false;
            }

            isImage = TryDecode(encoded.Span, frame.Image);
            frame.Number = _number++;
            _next = null;
        }
        while (!isImage);
        frame.Time = Stopwatch.GetElapsedTime(_started);
        frame.TakenAt = DateTimeOffset.UtcNow;
        frame.Source = _name;
        frame.IsStill = false;
        return true;
    }

    public bool Skip()
    {
        _number++;
        _next = null;
        return _images.Next() is not null;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    /// <summary>A damaged image is passed over: networks lose packets.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> encoded, Mat image)
    {
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

    private static HttpResponseMessage Request(Uri address, string name, CancellationToken token)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (address.UserInfo.Length > 0)
            {
                var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo));
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
            }

            return Http.Send(request, HttpCompletionOption.ResponseHeadersRead, token).EnsureSuccessStatusCode();
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !token.IsCancellationRequested)
        {
            throw new FerException($"{name} gives no video ({failure.Message.TrimEnd('.')}); check the address and the network", failure);
        }
    }

    private static Process StartFfmpeg(Uri address, string name)
    {
        string[] transport = address.Scheme == "rtsp" ? ["-rtsp_transport", "tcp"] : [];
        string[] arguments = ["-nostdin", "-v", "quiet", "-fflags", "nobuffer", "-analyzeduration", "1000000", "-probesize", "1000000", .. transport, "-i", address.OriginalString, "-an", "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "2", "-"];
        try
        {
            return Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new FerException($"{name} needs the program ffmpeg; install the package ffmpeg, or use an HTTP stream of JPEG images (MJPEG)", failure);
        }
    }

    /// <summary>A stream that is silent for too long counts as ended.</summary>
    private int Fill(Memory<byte> buffer)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(_token);
        silence.CancelAfter(_isRunning ? Patience : FirstPatience);
        try
        {
            return _stream.ReadAsync(buffer, silence.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Ends a child process.</summary>
    private sealed class EndOfProcess(Process process) : IDisposable
    {
        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }
}
