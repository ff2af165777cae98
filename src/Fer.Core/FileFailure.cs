namespace Fer.Core;

/// <summary>Which exceptions mean that a file cannot be read or written.</summary>
public static class FileFailure
{
    /// <summary>Whether it is one of them. A file that outgrows its limit (EFBIG) is an argument out of range to .NET.</summary>
    public static bool Is(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };
}
