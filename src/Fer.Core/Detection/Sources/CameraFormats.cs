using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Fer.Core.Detection.Sources;

/// <summary>What a camera delivers, by the calls of Video4Linux (<c>linux/videodev2.h</c>).</summary>
public static partial class CameraFormats
{
    // The requests encode the size of their structure.
    private const uint QueryCapabilities = 0x80685600, EnumerateFormats = 0xC0405602, EnumerateSizes = 0xC02C564A;
    private const uint VideoCapture = 1, HasDeviceCapabilities = 0x80000000, DiscreteSize = 1;
    private const int MostFormats = 64, MostSizes = 64;

    /// <summary>The pixel formats and sizes in words: <c>MJPG 640x480 1280x720; YUYV 640x480</c>.</summary>
    /// <returns>Null for a device that delivers no images; a reason in words where it cannot be asked.</returns>
    public static string? Describe(string path)
    {
        try
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return Describe(device);
        }
        catch (UnauthorizedAccessException)
        {
            return "no permission: add the user to the group 'video'";
        }
        catch (Exception failure) when (failure is IOException or DllNotFoundException or EntryPointNotFoundException)
        {
            return "cannot be opened";
        }
    }

    private static string? Describe(SafeFileHandle device)
    {
        Span<byte> capability = stackalloc byte[104];
        if (Control(device, QueryCapabilities, capability) != 0)
        {
            return "not a camera";
        }

        var (all, own) = (Word(capability, 84), Word(capability, 88));
        var capabilities = (all & HasDeviceCapabilities) != 0 ? own : all;
        if ((capabilities & VideoCapture) == 0)
        {
            return null;
        }

        var formats = new List<string>();
        Span<byte> format = stackalloc byte[64];
        for (var index = 0; index < MostFormats; index++)
        {
            format.Clear();
            SetWord(format, 0, (uint)index);
            SetWord(format, 4, VideoCapture);
            if (Control(device, EnumerateFormats, format) != 0)
            {
                break;
            }

            formats.Add($"{Encoding.Latin1.GetString(format[44..48]).Trim()} {Sizes(device, Word(format, 44))}".TrimEnd());
        }

        return string.Join("; ", formats);
    }

    private static string Sizes(SafeFileHandle device, uint format)
    {
        var sizes = new List<string>();
        Span<byte> size = stackalloc byte[44];
        for (var index = 0; index < MostSizes; index++)
        {
            size.Clear();
            SetWord(size, 0, (uint)index);
            SetWord(size, 4, format);
            if (Control(device, EnumerateSizes, size) != 0)
            {
                break;
            }

            if (Word(size, 8) != DiscreteSize)
            {
                return $"{Word(size, 12)}x{Word(size, 24)} to {Word(size, 16)}x{Word(size, 28)}";
            }

            sizes.Add($"{Word(size, 12)}x{Word(size, 16)}");
        }

        return string.Join(' ', sizes);
    }

    // Video4Linux uses the byte order of the machine, which is little-endian wherever this runs.
    private static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static void SetWord(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], value);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle device, nuint request, Span<byte> argument);
}
