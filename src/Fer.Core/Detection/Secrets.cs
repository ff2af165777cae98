using System.Text.RegularExpressions;

namespace Fer.Core.Detection;

/// <summary>Leaves out of messages and results what addresses hold for their owner alone.</summary>
internal static partial class Secrets
{
    private const string Key = """(?<=[?&;][^=&;\s]*(?:pass|pwd|token|key|sig|auth|secret|credential|user|usr|login|account)[^=&;\s]*=)""";

    /// <summary>Hides the values of an address's query that are passwords, keys or users, as many cameras take them (<c>?user=admin&amp;pwd=...</c>).</summary>
    public static string HideValues(string address) => Values().Replace(address, "***");

    /// <summary>Hides the users, passwords and keys of all addresses in a text.</summary>
    public static string Hide(string text) => QuotedValues().Replace(UserInfo().Replace(text, ""), "***");

    [GeneratedRegex("""(?<=://)[^/\s]*@""")]
    private static partial Regex UserInfo();

    [GeneratedRegex($"""{Key}[^&#\s]+""", RegexOptions.IgnoreCase)]
    private static partial Regex Values();

    [GeneratedRegex($"""{Key}[^&#\s'"]+""", RegexOptions.IgnoreCase)]
    private static partial Regex QuotedValues();
}
