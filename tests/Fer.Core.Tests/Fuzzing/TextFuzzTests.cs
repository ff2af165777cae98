using System.Text;
using Fer.Core.Data.Fer2013;
using Fer.Core.Evaluation;
using Fer.Core.Training;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>Text files that are passed around: options, reports, tables.</summary>
public sealed class TextFuzzTests : IDisposable
{
    private static readonly byte[][] JsonTokens =
    [
        .. new[]
        {
            "null", "true", "-1", "0", "1e308", "1e-300", "1e999", "NaN", "9223372036854775808", "0.5", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "{}", "[]", "[null]", "[[]]",
            ",", ":", "{", "}", "[", "]", "\"", "\\", "\"epochs\":", "\"labels\":", "/*", "\uFEFF", new('[', 100),
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0],
    ];

    private static readonly byte[][] CsvTokens =
    [
        .. new[] { ",", ",,", "\n", "\r\n", "\"", " ", "-1", "256", "7", "1e9", "NaN", "99999999999999999999", "Training", "emotion", "PrivateTest", "\u202E" }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF],
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Options_are_refused_in_one_line_or_valid()
    {
        var valid = Encoding.UTF8.GetBytes(new TrainingOptions { Data = "/data", Output = "/run", Teachers = ["/a.pt"], FerPlusVotes = "/votes.csv" }.ToJson());
        Fuzz.Run(ordinary: 3000, factor: 1, (ref random) => Mutation.Of(valid, ref random, JsonTokens), file =>
            TrainingOptions.FromJson(Encoding.UTF8.GetString(file), "options.json").Validate("options.json"));
    }

    [Fact]
    public void A_report_to_compare_with_is_refused_in_one_line_or_read()
    {
        var path = _folder.Inside("report.json");
        var predictions = new Predictions(new(["a", "b"]), [0, 1, 1], [[1f, 0], [0, 1], [1, 0]]);
        var report = EvaluationReport.Of(predictions, 1);
        var valid = Encoding.UTF8.GetBytes(report.ToJson());
        Fuzz.Run(ordinary: 3000, factor: 1, (ref random) => Mutation.Of(valid, ref random, JsonTokens), file =>
        {
            File.WriteAllBytes(path, file);
            var baseline = EvaluationReport.Load(path);
            _ = new EvaluationGates { Baseline = baseline }.Check(report).Count;
            _ = Outcomes.Of(baseline).Count;
        });
    }

    [Fact]
    public void A_table_of_images_is_refused_in_one_line_or_converted()
    {
        var path = _folder.Inside("fer2013.csv");
        var pixels = string.Join(' ', Enumerable.Range(0, 48 * 48).Select(pixel => pixel % 256));
        var valid = Encoding.UTF8.GetBytes($"emotion,pixels,Usage\n0,{pixels},Training\n6,{pixels},PrivateTest\n");
        Fuzz.Run(ordinary: 300, factor: 1, (ref random) => Mutation.Of(valid, ref random, CsvTokens), file =>
        {
            File.WriteAllBytes(path, file);
            var folder = _folder.Inside("images");
            try
            {
                Fer2013Csv.Convert(path, null, folder, null, TestContext.Current.CancellationToken);
            }
            finally
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        });
    }

    [Fact]
    public void A_table_of_votes_is_refused_in_one_line_or_read()
    {
        var path = _folder.Inside("fer2013new.csv");
        var valid = Encoding.UTF8.GetBytes("Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\nTraining,fer0000000.png,4,0,0,1,3,2,0,0,0,0\nTraining,fer0000001.png,6,0,1,1,0,0,0,0,1,1\n");
        Fuzz.Run(ordinary: 3000, factor: 1, (ref random) => Mutation.Of(valid, ref random, CsvTokens), file =>
        {
            File.WriteAllBytes(path, file);
            FerPlusVotes.Read(path);
        });
    }
}
