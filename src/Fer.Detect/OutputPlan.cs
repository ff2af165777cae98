using Fer.Core.Checkpoints;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Overlay;
using Fer.Core.Detection.Results;
using Fer.Core.Detection.Sinks;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Summaries;
using Fer.Core.Detection.Window;
using Fer.Core.Native;

namespace Fer.Detect;

/// <summary>The outputs of a run: checked first, opened when everything else is ready.</summary>
internal sealed class OutputPlan(DetectOptions options)
{
    private readonly List<LineWriter> _lines = [];

    private InterruptedRun? _interrupted;

    // A headless run without another output writes JSON to stdout.
    private readonly string? _json = OneName(options.Json) ?? (options is { Headless: true, Csv: null, Output: null, Crops: null, Report: null } ? "-" : null);
    private readonly string? _csv = OneName(options.Csv);

    /// <summary>Whether results are written to a terminal, where progress would mix with them.</summary>
    public bool WritesToTerminal => (_json == "-" || _csv == "-") && !Console.IsOutputRedirected;

    /// <summary>Refuses a window without a display. After the input has been opened: a missing input is the first thing to tell.</summary>
    /// <exception cref="FerException">There is no display.</exception>
    public void CheckWindow()
    {
        if (!options.Headless)
        {
            Display.Require();
        }
    }

    /// <summary>Refuses outputs that cannot be written.</summary>
    /// <exception cref="FerException">There is no such folder, or an output would overwrite the input or an earlier result.</exception>
    public void Check()
    {
        if (_json == "-" && _csv == "-")
        {
            throw new FerException("--json - and --csv - would mix on stdout; write one of them to a file");
        }

        var files = new List<(string Path, string Option)>();
        foreach (var (path, option) in new[] { (_json, "--json"), (_csv, "--csv"), (options.Output, "--output") })
        {
            if (path is null or "-")
            {
                continue;
            }

            if (option != "--output")
            {
                OutputPath.CheckPlace(path, option);
            }

            RefuseInputs(path, option);
            if (files.Find(file => OutputPath.IsSame(file.Path, path)) is { Option: { } other })
            {
                throw new FerException($"{other} and {option} are the same file; choose two different files");
            }

            OutputPath.RequireNew(path, option, options.Force || options.Resume);
            files.Add((path, option));
        }

        if (options.Report is { } report)
        {
            CheckReport(report.Folder);
        }
    }

    /// <summary>Reads the outputs that an interrupted run left behind.</summary>
    /// <returns>Where to resume; null to begin at the first file.</returns>
    /// <exception cref="FerException">One of them is not an output of fer-detect for files.</exception>
    public ResumePoint? ReadInterrupted()
    {
        if (options.Resume)
        {
            _interrupted = InterruptedRun.Of([.. new[] { _json, _csv }.OfType<string>().Where(path => path != "-")]);
        }

        return _interrupted?.Point;
    }

    /// <summary>Opens the sinks; files appear with the first frame.</summary>
    /// <param name="source">What is recorded.</param>
    /// <param name="labels">The labels of the network.</param>
    /// <param name="warn">Receives one line for each problem that does not end the run.</param>
    /// <param name="cancellation">Ends the window.</param>
    public SinkSet Open(IFrameSource source, LabelSet labels, Action<string> warn, CancellationToken cancellation)
    {
        _interrupted?.RequireLabels(labels);
        var sinks = new SinkSet();
        if (_json is not null)
        {
            sinks.Add(new JsonLinesSink(Lines(_json, "--json"), labels));
        }

        if (_csv is not null)
        {
            sinks.Add(new CsvSink(Lines(_csv, "--csv"), labels));
        }

        if (options.Output is not null)
        {
            var overlay = Overlay(labels);
            sinks.Add(Copies(options.Output, source, overlay, warn, cancellation));
        }

        if (options.Crops is { } crops)
        {
            // Crops may be training images, so their folder is marked as an output only where the next run would read it as input.
            if (options.Inputs.Any(input => Descends(input) && OutputPath.IsInside(crops, FrameSources.FolderOf(input))))
            {
                OutputMarker.Write(crops);
            }

            sinks.Add(new CropSink(new CopyNames(crops, Roots, force: true, "--crops") { Inputs = Protected }, options.Force || options.Resume));
        }

        if (!options.Headless)
        {
            var window = new WindowOptions { IsLive = source.IsLive, IsStill = source.IsStill, FramesPerSecond = source.FramesPerSecond };
            sinks.Add(new WindowSink(Overlay(labels), window, cancellation));
        }

        return sinks;
    }

    /// <summary>A run without frames leaves an empty file, not that of an earlier run.</summary>
    public void Complete() => _lines.ForEach(lines => lines.Complete());

    /// <summary>Whether an input stands for all files below a folder.</summary>
    private static bool Descends(string input) => Directory.Exists(input) || input.Split('/').Contains("**");

    // A resumed run writes the copies of its last file again, which are no inputs of its list.
    private IReadOnlyList<string> Protected => [.. options.Inputs.Where(input => input != "-" || !options.Resume)];

    private IReadOnlyList<string> Roots => [.. options.Inputs.Select(FrameSources.FolderOf)];

    private static string? OneName(string? path) => path is not null && OutputPath.IsStandardOutput(path) ? "-" : path;

    private FaceOverlay Overlay(LabelSet labels) => new(labels) { ShowsBars = options.Bars, HidesFaces = options.Blur };

    /// <summary>Other files in the folder are left alone.</summary>
    private void CheckReport(string folder)
    {
        if (File.Exists(folder))
        {
            throw new FerException($"--report {folder} is a file; name a folder");
        }

        foreach (var name in RunReport.Files)
        {
            OutputPath.RequireNew(Path.Combine(folder, name), "--report", options.Force);
            RefuseInputs(Path.Combine(folder, name), "--report");
        }

        OutputPath.RequireWritable(folder, "--report");
    }

    private LineWriter Lines(string path, string option)
    {
        var lines = _interrupted is { } interrupted && interrupted.Lengths.TryGetValue(path, out var length)
            ? LineWriter.Continue(path, option, length)
            : LineWriter.To(path, option);
        _lines.Add(lines);
        return lines;
    }

    /// <summary>A single image, video or live source goes to a file, unless the output is a folder; several go to a folder.</summary>
    private IFrameSink Copies(string path, IFrameSource source, FaceOverlay overlay, Action<string> warn, CancellationToken cancellation)
    {
        if (!source.IsStill && RecordingOptions.Shortcoming is { } line)
        {
            Messages.Say(line);
        }

        var recording = new RecordingOptions { FramesPerSecond = source.FramesPerSecond, Every = options.Loop.Every, IsLive = source.IsLive, Warn = warn, Cancellation = cancellation };
        var isOne = source.IsLive || (options.Inputs is [var input] && (File.Exists(input) || FrameSources.IsUrl(input)));
        if (!isOne && File.Exists(path))
        {
            throw new FerException($"--output {path} is a file; several images or videos go to a folder");
        }

        if (!isOne || (!source.IsLive && (Directory.Exists(path) || path.EndsWith('/'))))
        {
            OutputMarker.Write(path);
            return new AnnotatedFolderSink(new CopyNames(path, Roots, options.Force || options.Resume) { Inputs = Protected }, recording, overlay);
        }

        OutputPath.CheckPlace(path, "--output");
        if (source.IsStill)
        {
            return Path.GetExtension(path).Length > 0
                ? AnnotatedImageSink.ToFile(path, overlay)
                : throw new FerException($"--output {path}: the extension of an image must be .png or .jpg; the name of a folder ends in /");
        }

        return RecordingOptions.HasExtension(path)
            ? new AnnotatedVideoSink(path, recording, overlay)
            : throw new FerException($"--output {path}: the extension of a video must be {string.Join(", ", RecordingOptions.Extensions)}");
    }

    private void RefuseInputs(string path, string option)
    {
        var model = BundledModel.Resolve(options.Model);
        OutputPath.RequireOtherThan(path, option, [model, .. FaceDetectors.FilesOf(options.Detector), .. options.Inputs.SelectMany(InputFiles.NamedBy)]);
        if (options.Inputs is ["-"] && File.Exists(path) && ImageFile.IsImage(path))
        {
            // The list of images is read while results are written.
            throw new FerException($"{option} {path} would overwrite an image that may be in the list; choose another file");
        }
    }
}
