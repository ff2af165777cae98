using System.Diagnostics;
using Fer.Core.Detection.Ffmpeg;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>A video file or a finite address, decoded by the program ffmpeg, which sends raw frames through a pipe.</summary>
internal sealed class FfmpegVideoSource : IFrameSource
{
    private const double DefaultRate = 25;

    private readonly string _address, _name;
    private readonly Process _process;
    private readonly Stream _pixels;
    private readonly FfmpegLog _log;
    private readonly Action<string> _warn;
    private readonly CancellationTokenRegistration _canceled;
    private readonly CancellationToken _cancellation;
    private readonly int _width, _height;
    private DecodedFrame? _next;
    private TimeSpan _time;
    private long _number;

    /// <summary>Starts to decode, up to the first frame.</summary>
    /// <param name="address">A full path or a URL.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="options">Warnings and cancellation.</param>
    /// <exception cref="FerException">It has no video that ffmpeg can read.</exception>
    public FfmpegVideoSource(string address, string name, SourceOptions options)
    {
        options.Detail($"{name} is decoded by the program ffmpeg");
        (_address, _name) = (address, name);
        (_warn, _cancellation) = (options.Warn, options.Cancellation);
        // Without attached pictures (V); the filter reports size and time of every frame.
        _process = FfmpegProgram.Start(
        [
            "-nostdin", "-hide_banner", "-nostats", "-protocol_whitelist", ProtocolsFor(address), "-i", address, "-map", "0:V:0",
            "-vf", "showinfo=checksum=0", .. FfmpegProgram.PassThrough, "-pix_fmt", "bgr24", "-f", "rawvideo", "-",
        ]);
        _process.StandardInput.Close();
        _pixels = _process.StandardOutput.BaseStream;
        _log = new FfmpegLog(_process.StandardError);
        // A read from the pipe cannot be canceled.
        _canceled = options.Cancellation.Register(_process.Kill);
        try
        {
            _next = _log.Next(options.Cancellation);
            if (_next is null)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                throw new FerException(Failure());
            }

            // Where the size changes, ffmpeg scales all later frames to that of the first.
            (_width, _height) = (_next.Width, _next.Height);
            if (options.LeavesVideo(name))
            {
                _next = null;
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        FramesPerSecond = _log.FramesPerSecond is > 0 and < 1000 and var rate ? rate : DefaultRate;
    }

    public bool IsLive => false;

    public double FramesPerSecond { get; }

    public bool Read(Frame frame, CancellationToken token)
    {
        if (token.IsCancellationRequested || _next is not { } next)
        {
            return false;
        }

        frame.Image.Create(_height, _width, MatType.CV_8UC3);
        var pixels = frame.Image.AsSpan<byte>();
        if (_pixels.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) < pixels.Length)
        {
            Finish();
            return false;
        }

        frame.Fill(_number, TimeOf(next), _name);
        frame.FramesPerSecond = FramesPerSecond;
        frame.Progress = _log.Duration > TimeSpan.Zero ? Math.Min(1, frame.Time / _log.Duration) : 0;
        Advance(token);
        return true;
    }

    public bool Skip()
    {
        if (_next is not { } next)
        {
            return false;
        }

        var rest = _width * _height * 3;
        var buffer = new byte[Math.Min(rest, 1 << 16)];
        while (rest > 0 && _pixels.Read(buffer, 0, Math.Min(rest, buffer.Length)) is > 0 and var count)
        {
            rest -= count;
        }

        TimeOf(next);
        Advance(CancellationToken.None);
        return true;
    }

    public void Dispose()
    {
        _canceled.Dispose();
        FfmpegProgram.Stop(_process);
    }

    private void Advance(CancellationToken token)
    {
        _number++;
        try
        {
            _next = _log.Next(token);
        }
        catch (OperationCanceledException)
        {
            _next = null;
            return;
        }

        if (_next is null)
        {
            Finish();
        }
    }

    /// <summary>The file's timestamp if it increases, else one frame interval after the previous time.</summary>
    private TimeSpan TimeOf(DecodedFrame frame) =>
        _time = _number == 0 || frame.Time > _time ? frame.Time : _time + TimeSpan.FromSeconds(1 / FramesPerSecond);

    private void Finish()
    {
        _next = null;
        _process.WaitForExit();
        if (_process.ExitCode != 0 && !_cancellation.IsCancellationRequested)
        {
            _warn($"{_name} ends after {_number} frames; it may be damaged (ffmpeg: {LastMessage})");
        }
    }

    /// <summary>ffmpeg quotes the address, which of a pipe is a temporary copy that means nothing to the user.</summary>
    private string LastMessage => _log.LastMessage(_address, _name);

    private string Failure() =>
        _log.LacksVideo ? $"{_name} has no video in it, only sound or other data; name an image or a video"
        : !File.Exists(_address) ? $"{_name} is not a video of a known format, or it is damaged (ffmpeg: {LastMessage})"
        : VideoFormat.IsVideo(_address) ? $"{_name} is damaged, or a video that ffmpeg cannot decode (ffmpeg: {LastMessage})"
        : $"{_name} is not an image or a video of a known format (ffmpeg: {LastMessage})";

    /// <summary>A playlist under any name must not lead from a file to the network, nor from the network to a file.</summary>
    private static string ProtocolsFor(string address) =>
        address.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? "http,https,httpproxy,tcp,tls,crypto" : "file";
}
