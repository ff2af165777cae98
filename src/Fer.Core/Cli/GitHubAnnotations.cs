namespace Fer.Core.Cli;

/// <summary>
/// Workflow commands that GitHub shows as annotations of a job. On stderr, which GitHub reads too, so that stdout stays
/// for results.
/// </summary>
public static class GitHubAnnotations
{
    /// <summary>Whether this process runs in a GitHub workflow.</summary>
    public static bool AreRead => Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true";

    /// <summary>An error that the job's page shows.</summary>
    /// <param name="title">A few words.</param>
    /// <param name="message">One line.</param>
    public static string Error(string title, string message) => Command("error", title, message);

    /// <summary>A warning that the job's page shows.</summary>
    /// <inheritdoc cref="Error"/>
    public static string Warning(string title, string message) => Command("warning", title, message);

    private static string Command(string kind, string title, string message) =>
        $"::{kind} title={Escape(title).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)}::{Escape(message)}";

    private static string Escape(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}
