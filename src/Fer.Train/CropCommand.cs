using System.CommandLine;
using System.Text;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Detection.Cropping;
using Fer.Core.Detection.Detectors;
using Fer.Core.Native;
using Fer.Core.Reporting;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train crop</c>: cuts the faces out of photographs, as detection sees them.</summary>
internal sealed class CropCommand
{
    // A sheet that a person looks through, of faces chosen at random if there are more.
    private const int SheetRows = 12, SheetColumns = 10;

    // Beside the crops, marked as no label folder.
    private const string Overview = "overview", Table = "crops.csv";

    private readonly Option<string> _data = Required("--data", "DIR", "folder of photographs; folders inside, such as labels, are kept");
    private readonly Option<string> _output = Required("--out", "DIR", "new folder for the crops, and for overview/ with a table and a contact sheet");
    private readonly Option<bool> _largest = Switch("--largest", "only the largest face of each photograph");
    private readonly Option<DetectorKind?> _detector = CommonOptions.Detector();
    private readonly Option<string?> _detectorModel = CommonOptions.DetectorModel();
    private readonly Option<string?> _minFace = CommonOptions.MinFace("image", "Haar 0.05, YuNet 0.017");

    /// <summary>Whether the images below a folder are crops that this command wrote.</summary>
    public static bool Wrote(string folder) => File.Exists(Path.Combine(folder, Overview, Table));

    public static Command Create() => new CropCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("crop", new HelpPage(
            "Cuts the faces out of photographs, with the boxes and preprocessing of fer-detect.",
            [new OptionGroup("Options", [_data, _output, _largest, _detector, _detectorModel, _minFace])],
            ["fer-train crop --data ./photos --out ./faces", "fer-train crop --data ./photos --out ./faces --largest --min-face 80"]));
        command.Validators.Add(result => CommonOptions.CheckDetectorModel(result, _detector, _detectorModel));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var (photographs, folder) = (parsed.GetValue(_data)!, parsed.GetValue(_output)!);
        if (!Directory.Exists(photographs))
        {
            throw new FerException($"{photographs} is not a folder; --data names the folder of photographs");
        }

        if ($"{Path.GetFullPath(folder)}/".StartsWith($"{Path.GetFullPath(photographs).TrimEnd('/')}/", StringComparison.Ordinal))
        {
            throw new FerException($"--out {folder} lies in the folder of photographs, where its crops would become photographs; choose another folder");
        }

        OutputPath.RequireNewFolder(folder);
        NativeRuntime.PrepareForDetection();
        using var detector = FaceDetectors.Open(
            new DetectorRequest(parsed.GetValue(_detector) ?? DetectorKind.Auto)
            {
                YuNet = parsed.GetValue(_detectorModel),
                MinFace = parsed.GetValue(_minFace) is { } size ? FaceSize.Parse(size) : null,
            },
            isStill: true,
            Say,
            Detail);
        var cropper = new FolderCropper(new FaceCropper(detector, parsed.GetValue(_largest)));
        using var progress = new ProgressLine();
        var images = OutputFolder.Fill(folder, temporary =>
        {
            var cropped = cropper.Crop(photographs, temporary, (done, name) => progress.ShowTimeLeft(done, name), cancellation);
            CropFailure.Check(cropped, detector is YuNetFaceDetector);
            WriteOverview(Path.Combine(temporary, Overview), cropped);
            return cropped;
        });
        progress.Clear();
        parsed.InvocationConfiguration.Output.Write(Summary(images));
        Say($"wrote the crops to {folder}; look at {Path.Combine(folder, Overview, "faces.png")} before you train on them");
        return ExitCode.Success;
    }

    private static void WriteOverview(string folder, IReadOnlyList<CroppedImage> images)
    {
        OutputMarker.Write(folder);
        AtomicFile.Replace(Path.Combine(folder, Table), path => File.WriteAllText(path, CroppedImage.ToCsv(images)));
        WrittenCrop[] crops = [.. images.SelectMany(image => image.Crops)];
        if (crops.Length == 0)
        {
            return;
        }

        var faces = SampleChoice.Shuffled(crops.Length, SheetRows * SheetColumns, seed: 1).Order()
            .Select(index => new SampleFace(crops[index].Input, crops[index].Path));
        SampleGrid.Write(Path.Combine(folder, "faces.png"), $"{Math.Min(crops.Length, SheetRows * SheetColumns):N0} of {crops.Length:N0} face crops", [.. faces.Chunk(SheetColumns)]);
    }

    private static string Summary(IReadOnlyList<CroppedImage> images)
    {
        var text = new StringBuilder();
        text.AppendLine($"photographs: {images.Count:N0}");
        text.AppendLine($"face crops: {images.Sum(image => image.Crops.Count):N0}");
        Names("with several faces", image => image.Crops.Count > 1);
        Names("without a face", image => image.Crops.Count == 0 && image.Problem is null);
        Names("unreadable", image => image.Problem is not null);
        return text.ToString();

        void Names(string what, Func<CroppedImage, bool> condition)
        {
            CroppedImage[] found = [.. images.Where(condition)];
            var names = string.Join(", ", found.Take(3).Select(image => image.Path));
            text.AppendLine($"{what}: {found.Length:N0}{(found.Length == 0 ? "" : $" ({names}{(found.Length > 3 ? ", ..." : "")})")}");
        }
    }
}
