using System.Text;

namespace Fer.Core.Detection.Detectors;

/// <summary>
/// The files of face detectors. OpenCV's reader of cascades and ONNX Runtime are not made for hostile files, so a detector
/// must come from a trusted source; what is refused here are mistakes that a cheap check can see.
/// </summary>
internal static class DetectorFile
{
    // The largest cascade of OpenCV has 3 MB, the largest YuNet model 0.4 MB.
    private const long MaxCascade = 32 << 20, MaxNetwork = 64 << 20;

    // The license at the top of OpenCV's own cascades is 2 to 5 kB long.
    private const int StartLength = 64 << 10;

    /// <summary>Makes sure that a file can be a cascade.</summary>
    /// <exception cref="FerException">It is missing, special, too large, or not XML of OpenCV.</exception>
    public static void RequireCascade(string path)
    {
        var start = Encoding.Latin1.GetString(Start(path, MaxCascade, StartLength));
        if (!start.Contains("<opencv_storage", StringComparison.Ordinal) || !start.Contains("<cascade", StringComparison.Ordinal))
        {
            throw new FerException($"{path} is not a cascade that OpenCV can read: it is not an XML file with <opencv_storage> and <cascade>");
        }
    }

    /// <summary>Reads YuNet's file. OpenCV's own is known by its name, and must be whole: a damaged network can find nothing, in silence.</summary>
    /// <exception cref="FerException">It is missing, special, too large, damaged, or not ONNX.</exception>
    public static byte[] ReadNetwork(string path)
    {
        var file = Start(path, MaxNetwork, MaxNetwork);
        // A protocol buffer whose first field is ir_version, a small number.
        if (file is not [0x08, < 0x80, ..])
        {
            throw new FerException($"{path} is not a YuNet model: it is not an ONNX file; {YuNetModel.WayOut(path)}");
        }

        if (Path.GetFileName(path) == YuNetModel.FileName && !YuNetModel.IsIntact(file))
        {
            throw new FerException($"{path} is damaged: its SHA-256 is not that of OpenCV's file; {YuNetModel.WayOut(path)}");
        }

        return file;
    }

    private static byte[] Start(string path, long maxLength, long length) => InputFile.Read(path, _ =>
    {
        using var file = File.OpenRead(path);
        if (file.Length > maxLength)
        {
            throw new FerException($"{path} is {file.Length >> 20} MB; the limit is {maxLength >> 20} MB");
        }

        var start = new byte[Math.Min(file.Length, length)];
        file.ReadExactly(start);
        return start;
    });
}
