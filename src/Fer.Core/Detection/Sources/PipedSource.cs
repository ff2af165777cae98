namespace Fer.Core.Detection.Sources;

/// <summary>
/// A pipe that the user names as input (<c>&lt;(...)</c>, <c>/dev/stdin</c>, a FIFO). It can be read only once and not be
/// searched, which most videos require, so it is first copied to a temporary file, to its end.
/// </summary>
internal sealed class PipedSource : IFrameSource
{
    // More images one after another than a photo with its previews has.
    private const int ImagesOfVideo = 4;

    private readonly string _pipe;
    private readonly string _copy;
    private readonly IFrameSource _source;

    private PipedSource(string pipe, string copy, IFrameSource source) => (_pipe, _copy, _source) = (pipe, copy, source);

    public bool IsLive => false;

    public bool IsStill => _source.IsStill;

    public double FramesPerSecond => _source.FramesPerSecond;

    /// <param name="pipe">The path of the pipe.</param>
    /// <param name="open">Opens the copy.</param>
    /// <param name="cancellation">Ends the wait for the pipe's writer.</param>
    /// <exception cref="FerException">The pipe is empty, or holds neither an image nor a video.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static PipedSource Open(string pipe, Func<string, IFrameSource> open, CancellationToken cancellation)
    {
        var copy = Path.GetTempFileName();
        try
        {
            // Opening a pipe waits for its writer, which a signal must be able to end.
            Task.Run(() => CopyAsync(pipe, copy, cancellation), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
            if (new FileInfo(copy).Length == 0)
            {
                throw new FerException($"{pipe} is empty: its writer sent nothing");
            }

            if (IsMotionJpeg(copy))
            {
                var renamed = Path.ChangeExtension(copy, RawMotionJpeg.Extension);
                File.Move(copy, renamed);
                copy = renamed;
            }

            return new PipedSource(pipe, copy, open(copy));
        }
        catch (Exception failure)
        {
            File.Delete(copy);
            if (failure is FerException && failure.Message.Contains(copy, StringComparison.Ordinal))
            {
                throw new FerException(failure.Message.Replace(copy, pipe, StringComparison.Ordinal), failure);
            }

            throw;
        }
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        try
        {
            if (!_source.Read(frame, token))
            {
                return false;
            }
        }
        catch (FerException failure)
        {
            throw new FerException(failure.Message.Replace(_copy, _pipe, StringComparison.Ordinal), failure);
        }

        frame.Fill(frame.Number, frame.Time, _pipe, frame.TakenAt, frame.IsStill);
        return true;
    }

    public bool Skip() => _source.Skip();

    public void Dispose()
    {
        _source.Dispose();
        File.Delete(_copy);
    }

    private static async Task CopyAsync(string pipe, string copy, CancellationToken cancellation)
    {
        var from = File.OpenRead(pipe);
        await using (from.ConfigureAwait(false))
        {
            var to = File.Create(copy);
            await using (to.ConfigureAwait(false))
            {
                await from.CopyToAsync(to, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool IsMotionJpeg(string path)
    {
        using var file = File.OpenRead(path);
        if (file.ReadByte() != 0xFF || file.ReadByte() != 0xD8)
        {
            return false;
        }

        file.Position = 0;
        var images = new JpegReader(buffer => file.Read(buffer.Span));
        var count = 0;
        while (count < ImagesOfVideo && images.Next() is not null)
        {
            count++;
        }

        return count == ImagesOfVideo;
    }
}
