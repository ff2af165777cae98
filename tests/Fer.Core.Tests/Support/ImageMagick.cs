using System.Diagnostics;

namespace Fer.Core.Tests.Support;

/// <summary>The program that makes files which OpenCV cannot write. Tests without it are skipped.</summary>
internal static class ImageMagick
{
    /// <summary>Runs <c>convert</c>; the last argument is the file to write.</summary>
    public static string Convert(params string[] arguments)
    {
        var output = arguments[^1];
        var start = new ProcessStartInfo("convert") { RedirectStandardError = true, RedirectStandardOutput = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs ImageMagick's convert");
        }

        Assert.SkipUnless(new FileInfo(output is { } name ? name[(name.IndexOf(':') + 1)..] : "") is { Exists: true, Length: > 0 }, $"ImageMagick cannot write {Path.GetFileName(output)}");
        return output[(output.IndexOf(':') + 1)..];
    }
}
