using System.Security.Cryptography;

namespace Fer.Core.Detection.Detectors;

/// <summary>Downloads YuNet's ONNX file. The file is kept only if its checksum is right.</summary>
public static class YuNetDownload
{
    // The file has 232,589 bytes; more is something else, such as a login page.
    private const int SizeLimit = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Downloads the file, checks it and puts it at a path.</summary>
    /// <param name="url">An http or https address.</param>
    /// <param name="path">Where the file goes; its folder is created.</param>
    /// <param name="sha256">The expected checksum, in lower-case hexadecimal.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <exception cref="FerException">The file cannot be downloaded, is not the expected one, or cannot be written.</exception>
    public static void Run(Uri url, string path, string sha256, CancellationToken cancellation)
    {
        var content = Fetch(url, path, cancellation);
        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        if (actual != sha256)
        {
            throw new FerException($"{url} is not {YuNetModel.FileName}: its SHA-256 is {actual}, not {sha256}; nothing was written");
        }

        AtomicFile.Replace(path, unfinished => File.WriteAllBytes(unfinished, content));
    }

    private static byte[] Fetch(Uri url, string path, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Timeout, MaxResponseContentBufferSize = SizeLimit };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = client.Send(request, HttpCompletionOption.ResponseContentRead, cancellation);
            response.EnsureSuccessStatusCode();
            using var stream = response.Content.ReadAsStream(cancellation);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new FerException($"{url} cannot be downloaded ({failure.Message.TrimEnd('.')}); download it by other means and put it at {path}; until then the Haar cascade finds the faces", failure);
        }
    }
}
