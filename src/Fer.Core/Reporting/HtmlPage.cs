using System.Net;

namespace Fer.Core.Reporting;

/// <summary>What all pages share: a frame around their content, and images that are part of the file.</summary>
public static class HtmlPage
{
    private const string CommonStyle = """
        body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #24292f; margin: 2rem auto; padding: 0 1rem; }
        h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #e6e9ed; padding-bottom: .3rem; }
        table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
        th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #e6e9ed; } th { font-weight: 600; }
        img { max-width: 100%; height: auto; } .muted { color: #6e7781; }
        """;

    /// <summary>A complete page, which opens from disk without a network.</summary>
    /// <param name="title">The title, as plain text.</param>
    /// <param name="style">CSS beyond that of all pages.</param>
    /// <param name="body">HTML; lines end with <c>\n</c>.</param>
    public static string Render(string title, string style, string body) =>
        $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{Text(title)}</title>\n"
        + $"<style>\n{CommonStyle}\n{style}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n";

    /// <summary>Plain text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>An image that is part of the page.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="description">What it shows, as plain text.</param>
    /// <exception cref="FerException">The file cannot be read.</exception>
    public static string Image(string path, string description) =>
        $"<img alt=\"{Text(description)}\" src=\"data:image/png;base64,{Convert.ToBase64String(InputFile.Read(path, File.ReadAllBytes))}\">";
}
