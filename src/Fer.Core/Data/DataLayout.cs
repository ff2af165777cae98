namespace Fer.Core.Data;

/// <summary>Where a data folder keeps its splits.</summary>
/// <param name="Root">The folder that holds the splits or the label folders; below the given one if that only wraps it.</param>
/// <param name="Splits">The folder of each of train, validation and test that exists.</param>
internal sealed record DataLayout(string Root, IReadOnlyDictionary<string, string> Splits)
{
    /// <summary>Whether the root holds label folders instead of folders for splits.</summary>
    public bool IsSingle => Splits.Values.First() == Root;

    /// <summary>The folders beside those of the splits.</summary>
    public IEnumerable<string> Others => IsSingle ? [] : FoldersIn(Root).Except(Splits.Values, StringComparer.Ordinal).Where(IsReadable);

    // As people unpack archives: archive/images/train.
    private const int MostWrappings = 4;

    // In lower case; PublicTest and PrivateTest are FER2013's names.
    private static readonly (string Split, string[] Names)[] Known =
    [
        ("train", ["train", "training"]),
        ("validation", ["validation", "val", "valid", "dev", "publictest"]),
        ("test", ["test", "testing", "privatetest"]),
    ];

    /// <summary>Finds the splits of a folder; label folders directly in it are <c>train</c>.</summary>
    /// <param name="given">The folder that the user named.</param>
    /// <param name="isLabel">Whether a folder of this name is surely a label.</param>
    /// <exception cref="FerException">It is not a folder, or two folders are the same split.</exception>
    public static DataLayout Find(string given, Func<string, bool> isLabel)
    {
        RequireFolder(given);
        var root = given;
        for (var depth = 0; depth <= MostWrappings; depth++)
        {
            var splits = SplitsIn(root);
            if (splits.Count > 0)
            {
                return new DataLayout(root, splits);
            }

            if (Wrapped(root, isLabel) is not { } inner)
            {
                break;
            }

            root = inner;
        }

        RefuseTable(root);
        return new DataLayout(root, new Dictionary<string, string> { ["train"] = root });
    }

    /// <summary>The visible folders inside a folder, without results of earlier runs and what macOS adds to archives.</summary>
    public static IEnumerable<string> FoldersIn(string folder) => Directory.EnumerateDirectories(folder)
        .Where(path => !ImageContent.IsHidden(path) && Path.GetFileName(path.AsSpan()) is not "__MACOSX" && !OutputMarker.IsOutput(path))
        .Order(StringComparer.Ordinal);

    /// <summary>Not lost+found of a volume, for example.</summary>
    private static bool IsReadable(string folder)
    {
        try
        {
            _ = Directory.EnumerateDirectories(folder).Any();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Dictionary<string, string> SplitsIn(string folder)
    {
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        var folders = FoldersIn(folder).ToList();
        foreach (var (split, names) in Known)
        {
            var found = folders.Where(path => names.Contains(Path.GetFileName(path).ToLowerInvariant(), StringComparer.Ordinal)).ToList();
            if (found.Count > 1)
            {
                throw new FerException($"{found[0]} and {found[1]} are both the {split} images; keep one of them, or merge them");
            }

            if (found.Count == 1)
            {
                splits[split] = found[0];
            }
        }

        return splits;
    }

    /// <summary>The only folder in a folder without images, if it has folders of its own and is not a label.</summary>
    private static string? Wrapped(string folder, Func<string, bool> isLabel) =>
        FoldersIn(folder).Take(2).ToArray() is [var only]
        && !isLabel(Path.GetFileName(only))
        && FoldersIn(only).Any()
        && !Directory.EnumerateFiles(folder).Concat(Directory.EnumerateFiles(only)).Any(ImageContent.IsListed)
            ? only
            : null;

    private static void RequireFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (!File.Exists(path))
        {
            throw new FerException($"{path} does not exist; give a folder with train/<label>/ inside");
        }

        throw new FerException(Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => ConvertAdvice(path),
            ".zip" => $"{path} is an archive; unpack it first: unzip {path} -d images",
            ".gz" or ".tgz" or ".tar" or ".bz2" or ".xz" => $"{path} is an archive; unpack it first: mkdir images && tar -xf {path} -C images",
            _ => $"{path} is a file; give a folder with train/<label>/ inside",
        });
    }

    /// <summary>A folder as it is downloaded has the table alone.</summary>
    private static void RefuseTable(string folder)
    {
        if (!FoldersIn(folder).Any() && Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal).ToArray() is [.., _] tables)
        {
            throw new FerException(ConvertAdvice(tables.FirstOrDefault(table => Path.GetFileName(table) == "fer2013.csv") ?? tables[0]));
        }
    }

    private static string ConvertAdvice(string csv) => $"{csv} is a table, not an image folder; convert it first: fer-train convert --csv {csv} --out images";
}
