namespace Fer.Core.Detection.Sources;

/// <summary>A pipe that the user names as input (<c>&lt;(...)</c>, <c>/dev/stdin</c>, a FIFO).</summary>
internal static class PipedSource
{
    // More images one after another than a photo with its previews has.
    private const int ImagesOfVideo = 4;

    /// <param name="pipe">The path of the pipe.</param>
    /// <param name="open">Opens the copy.</param>
    /// <param name="options">For the copy; its cancellation also ends the wait for the pipe's writer.</param>
    /// <exception cref="FerException">The pipe is empty, or holds neither an image nor a video.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static IFrameSource Open(string pipe, Func<string, SourceOptions, IFrameSource> open, SourceOptions options) => CopiedSource.Open(
        pipe,
        copy =>
        {
            // Opening a pipe waits for its writer, which a signal must be able to end.
            Task.Run(() => CopyAsync(pipe, copy, options.Cancellation), options.Cancellation).WaitAsync(options.Cancellation).GetAwaiter().GetResult();
            if (new FileInfo(copy).Length == 0)
            {
                throw new FerException($"{pipe} is empty: its writer sent nothing");
            }

            if (!IsMotionJpeg(copy))
            {
                return copy;
            }

            var renamed = Path.ChangeExtension(copy, RawMotionJpeg.Extension);
            File.Move(copy, renamed);
            return renamed;
        },
        open,
        options);

    private static async Task CopyAsync(string pipe, string copy, CancellationToken cancellation)
    {
        var from = File.OpenRead(pipe);
        await using (from.ConfigureAwait(false))
        {
            // Whoever canceled has deleted the copy.
            cancellation.ThrowIfCancellationRequested();
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
