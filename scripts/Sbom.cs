// Writes a bill of materials (CycloneDX 1.6, JSON) of a published folder: every NuGet package that the deps.json files of
// its programs name, with hash and license. Usage: dotnet run scripts/Sbom.cs -- VERSION FOLDER FILE
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

if (args is not [var version, var folder, var file])
{
    Console.Error.WriteLine("Usage: dotnet run scripts/Sbom.cs -- VERSION FOLDER FILE");
    return 1;
}

var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
    ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
string[] stores = [packages, .. (Environment.GetEnvironmentVariable("NUGET_FALLBACK_PACKAGES") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)];
var components = new SortedDictionary<string, JsonObject>(StringComparer.OrdinalIgnoreCase);
foreach (var list in Directory.GetFiles(folder, "*.deps.json"))
{
    using var document = JsonDocument.Parse(File.ReadAllBytes(list));
    foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
    {
        // The runtime has a prefix of its own; projects are this program itself.
        var type = library.Value.GetProperty("type").GetString();
        if (type is "package" or "runtimepack")
        {
            components[library.Name] = Component(library.Name.Replace("runtimepack.", "", StringComparison.Ordinal), library.Value);
        }
    }
}

if (components.Count == 0)
{
    Console.Error.WriteLine($"error: no package is named by the deps.json files of {folder}");
    return 2;
}

var seconds = long.Parse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? "0", CultureInfo.InvariantCulture);
var bill = new JsonObject
{
    ["bomFormat"] = "CycloneDX",
    ["specVersion"] = "1.6",
    ["version"] = 1,
    ["metadata"] = new JsonObject
    {
        ["timestamp"] = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["component"] = new JsonObject { ["type"] = "application", ["name"] = "fer", ["version"] = version, ["licenses"] = License("MIT") },
    },
    ["components"] = new JsonArray([.. components.Values]),
};
File.WriteAllText(file, bill.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
return 0;

JsonObject Component(string library, JsonElement entry)
{
    var (name, number) = library.Split('/') is [var first, var second] ? (first, second) : throw new FormatException(library);
    var component = new JsonObject
    {
        ["type"] = "library",
        ["bom-ref"] = $"pkg:nuget/{name}@{number}",
        ["name"] = name,
        ["version"] = number,
        ["purl"] = $"pkg:nuget/{name}@{number}",
    };
    var hash = entry.TryGetProperty("sha512", out var found) ? found.GetString() ?? "" : "";
    if (hash.StartsWith("sha512-", StringComparison.Ordinal))
    {
        var hex = Convert.ToHexStringLower(Convert.FromBase64String(hash["sha512-".Length..]));
        component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = hex });
    }

    if (LicenseOf(name, number) is { } license)
    {
        component["licenses"] = license;
    }

    return component;
}

// The license as the package states it: an SPDX expression, or the name of a file.
JsonArray? LicenseOf(string name, string number)
{
    var id = name.ToLowerInvariant();
    var path = stores.Select(store => Path.Combine(store, id, number.ToLowerInvariant(), id + ".nuspec")).FirstOrDefault(File.Exists);
    var license = path is null ? null : XDocument.Load(path).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
    return license is null ? null : (string?)license.Attribute("type") == "expression" ? License(license.Value) : new JsonArray(new JsonObject { ["license"] = new JsonObject { ["name"] = $"{license.Value} in the package" } });
}

static JsonArray License(string expression) => [new JsonObject { ["expression"] = expression }];
