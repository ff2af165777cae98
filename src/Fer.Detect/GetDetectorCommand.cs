using System.CommandLine;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Detection.Detectors;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary><c>fer-detect get-detector</c>: installs the face detector YuNet for this user.</summary>
internal sealed class GetDetectorCommand
{
    private readonly Option<string?> _url = Text("--url", "URL", "download address", "OpenCV's model zoo");
    private readonly Option<string?> _out = Text("--out", "FILE", "destination", "the user's data folder, ~/.local/share/fer");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new GetDetectorCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("get-detector", new HelpPage(
            "Downloads the face detector YuNet (MIT license, 0.2 MB) and checks its SHA-256.",
            [new OptionGroup("Options", [_url, _out, _force])],
            ["fer-detect get-detector", "fer-detect get-detector --out /usr/local/share/fer/" + YuNetModel.FileName]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var url = parsed.GetValue(_url) ?? YuNetModel.Url;
        var path = parsed.GetValue(_out) ?? YuNetModel.DefaultPath;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new FerException($"--url {url} is not an http or https address");
        }

        if (IsInstalled(path))
        {
            Say($"{path} is installed already");
            return ExitCode.Success;
        }

        // The default place is this command's own: what is there is an older or damaged detector.
        if (parsed.GetValue(_out) is not null)
        {
            OutputPath.RequireNew(path, _out.Name, parsed.GetValue(_force));
        }

        YuNetDownload.Run(address, path, YuNetModel.Sha256, cancellation);
        Say($"YuNet is installed: {path}; fer-detect now uses it by default (--detector haar for the Haar cascade)");
        return ExitCode.Success;
    }

    private static bool IsInstalled(string path) =>
        File.Exists(path) && YuNetModel.IsIntact(File.ReadAllBytes(path));
}
