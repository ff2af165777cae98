using System.Runtime.InteropServices;

namespace Fer.Core;

/// <summary>Recognizes files without opening them: opening a pipe waits for its writer, possibly forever.</summary>
internal static partial class SpecialFile
{
    /// <summary>What <see cref="Describe"/> says of a pipe, which also <c>&lt;(...)</c> of a shell is.</summary>
    public const string NamedPipe = "a named pipe";

    // From <fcntl.h>, <linux/stat.h> and <sys/stat.h>; the layout of struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const uint TypeField = 1;
    private const uint InodeField = 0x100;
    private const int StructSize = 256, ModeOffset = 28, InodeOffset = 32, DeviceOffset = 136;
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>"a named pipe", "a socket" or "a device", also through links; null for files, folders and missing paths.</summary>
    public static string? Describe(string path)
    {
        Span<byte> status = stackalloc byte[StructSize];
        if (!TryReadStatus(path, status))
        {
            return null;
        }

        return (BitConverter.ToUInt16(status[ModeOffset..]) & TypeMask) switch
        {
            Pipe => NamedPipe,
            Socket => "a socket",
            CharacterDevice or BlockDevice => "a device",
            _ => null,
        };
    }

    /// <summary>Device and inode, which every name of a file shares, hard and symbolic links too; null for a missing path or on other systems.</summary>
    public static (ulong Device, ulong Inode)? IdentityOf(string path)
    {
        Span<byte> status = stackalloc byte[StructSize];
        return TryReadStatus(path, status) ? (BitConverter.ToUInt64(status[DeviceOffset..]), BitConverter.ToUInt64(status[InodeOffset..])) : null;
    }

    private static bool TryReadStatus(string path, Span<byte> status)
    {
        try
        {
            return Status(CurrentFolder, path, 0, TypeField | InodeField, status) == 0;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another system, whose file types .NET does not tell.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);
}
