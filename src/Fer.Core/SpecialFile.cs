using System.Runtime.InteropServices;

namespace Fer.Core;

/// <summary>Recognizes pipes, sockets and devices without opening them: opening a pipe waits for its writer, possibly forever.</summary>
internal static partial class SpecialFile
{
    // From <fcntl.h>, <linux/stat.h> and <sys/stat.h>; the layout of struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const uint TypeField = 1;
    private const int StructSize = 256, ModeOffset = 28;
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>"a named pipe", "a socket" or "a device", also through links; null for files, folders and missing paths.</summary>
    public static string? Describe(string path)
    {
        Span<byte> status = stackalloc byte[StructSize];
        try
        {
            if (Status(CurrentFolder, path, 0, TypeField, status) != 0)
            {
                return null;
            }
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another system, whose file types .NET does not tell.
            return null;
        }

        return (BitConverter.ToUInt16(status[ModeOffset..]) & TypeMask) switch
        {
            Pipe => "a named pipe",
            Socket => "a socket",
            CharacterDevice or BlockDevice => "a device",
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);
}
