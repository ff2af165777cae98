using System.Globalization;
using System.Text;
using Fer.Core.Detection.Detectors;

namespace Fer.Core.Detection.Cropping;

/// <summary>A face crop that was written.</summary>
/// <param name="Path">Its file, relative to the output folder.</param>
/// <param name="Face">Where it was in the image.</param>
/// <param name="Input">The crop as network input, 48x48 pixels, row-major, for a contact sheet.</param>
public sealed record WrittenCrop(string Path, DetectedFace Face, byte[] Input);

/// <summary>An image and the faces that were cut out of it.</summary>
/// <param name="Path">The file, relative to the folder of photographs.</param>
/// <param name="Crops">Its faces, the largest first.</param>
/// <param name="Problem">Why it could not be read; null if it was.</param>
public sealed record CroppedImage(string Path, IReadOnlyList<WrittenCrop> Crops, string? Problem)
{
    private const string Header = "file,faces,crop,x,y,width,height,roll,score,problem\n";

    /// <summary>A table with a row for each crop, and one for each image without any.</summary>
    public static string ToCsv(IEnumerable<CroppedImage> images)
    {
        var rows = new StringBuilder(Header);
        foreach (var image in images)
        {
            var start = $"{Csv.Field(image.Path)},{image.Crops.Count}";
            foreach (var (path, face, _) in image.Crops)
            {
                rows.Append(CultureInfo.InvariantCulture, $"{start},{Csv.Field(path)},{face.Box.X},{face.Box.Y},{face.Box.Width},{face.Box.Height},{face.Roll:0.#},{face.Score:0.####},\n");
            }

            if (image.Crops.Count == 0)
            {
                rows.Append(CultureInfo.InvariantCulture, $"{start},,,,,,,,{Csv.Field(image.Problem ?? "no face found")}\n");
            }
        }

        return rows.ToString();
    }
}
