using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;
using Json.Schema;

namespace Fer.Core.Tests.Reporting;

/// <summary>The report as JSON, JUnit, Markdown and HTML, checked as their readers do.</summary>
public sealed class EvaluationFilesTests : IDisposable
{
    private static readonly Predictions Predictions = DrawnPredictions.Of(120, 0.8);
    private static readonly EvaluationReport Report = DrawnPredictions.FullReport(Predictions, DrawnPredictions.Of(120, 0.7, stream: 1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_JSON_fits_its_schema_which_knows_every_field()
    {
        var text = File.ReadAllText(Path.Combine(Metadata("Schemas"), "evaluation-report.schema.json"));
        // Readers must accept new fields, the schema must name those of today.
        var schema = JsonSchema.FromText(text.Replace("\"type\": \"object\",", "\"type\": \"object\", \"additionalProperties\": false,", StringComparison.Ordinal));

        Assert.All([Report, EvaluationReport.Of(Predictions, 1)], report => Assert.True(IsValid(schema, report.ToJson()), report.ToJson()));
        Assert.False(IsValid(schema, Report.ToJson().Replace("\"passed\"", "\"past\"", StringComparison.Ordinal)));
        Assert.False(IsValid(schema, Report.ToJson().Replace("\"pictures\": 120", "\"pictures\": \"120\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_JSON_with_everything_in_it_is_read_back()
    {
        File.WriteAllText(_folder.Inside("report.json"), Report.ToJson());

        Assert.Equal(Report.ToJson(), EvaluationReport.Load(_folder.Inside("report.json")).ToJson());
    }

    [Fact]
    public void Several_reports_are_an_array_which_is_no_baseline()
    {
        File.WriteAllText(_folder.Inside("both.json"), EvaluationReport.ToJson([Report, Report]));

        using var both = JsonDocument.Parse(File.ReadAllText(_folder.Inside("both.json")));
        Assert.Equal(2, both.RootElement.GetArrayLength());
        Assert.Throws<FerException>(() => EvaluationReport.Load(_folder.Inside("both.json")));
    }

    [Fact]
    public void The_JUnit_file_fits_the_common_schema_and_has_a_failure_for_a_missed_gate()
    {
        var path = _folder.Inside("junit.xml");
        JUnitReport.Write(path, [Report with { Model = "odd \uFFFF\u0001\ud800 name" }, Report with { Gates = null }]);

        var errors = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        settings.Schemas.Add(null, Path.Combine(AppContext.BaseDirectory, "Reporting", "junit.xsd"));
        settings.ValidationEventHandler += (_, problem) => errors.Add(problem.Message);
        using var reader = XmlReader.Create(path, settings);
        var document = XDocument.Load(reader);

        Assert.Empty(errors);
        Assert.Equal(("4", "1"), (document.Root!.Attribute("tests")!.Value, document.Root.Attribute("failures")!.Value));
        Assert.Equal(4, document.Descendants("testcase").Count());
        Assert.Equal("recall of sad", Assert.Single(document.Descendants("failure")).Parent!.Attribute("name")!.Value);
    }

    [Fact]
    public void The_summary_shows_gates_figures_and_changes_and_no_markup_of_its_data()
    {
        var markdown = EvaluationSummary.Render([Report]);

        Assert.StartsWith("## Evaluation: 1 of 2 gates missed\n", markdown, StringComparison.Ordinal);
        Assert.All(["**missed**", "| accuracy |", "McNemar", "| parity |", "largest gap", "By recall"], text => Assert.Contains(text, markdown, StringComparison.Ordinal));
        Assert.Contains("my & \\<fer\\>.pt", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", markdown, StringComparison.Ordinal);
        // The rows of a table have as many cells as its head.
        Assert.All(Regex.Matches(markdown, @"(?:^\|.*\n)+", RegexOptions.Multiline), table =>
            Assert.Single(table.Value.Trim().Split('\n').Select(row => Regex.Count(row, @"(?<!\\)\|")).Distinct()));
    }

    [Fact]
    public void The_page_is_one_file_that_loads_nothing()
    {
        var html = Page([Report]);

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        string[] sources = [.. Regex.Matches(html, "src=\"([^\"]{22})").Select(source => source.Groups[1].Value)];
        Assert.Equal(Enumerable.Repeat("data:image/png;base64,", 3), sources);
        Assert.Contains("my &amp; &lt;fer&gt;.pt", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.All(["1 of 2 gates missed", "McNemar", "By parity", "95% interval", "Most confident mistakes"], text => Assert.Contains(text, html, StringComparison.Ordinal));
    }

    [Fact]
    public void The_elements_of_the_page_are_closed()
    {
        var html = Page([Report, Report with { Comparison = null, Groups = null, Gates = null, WithTta = null }]);
        string[] unclosed = ["!doctype", "meta", "img"];

        var open = new Stack<string>();
        foreach (Match tag in Regex.Matches(html, "<(/?)([!a-z][a-z0-9]*)"))
        {
            if (unclosed.Contains(tag.Groups[2].Value))
            {
                continue;
            }

            if (tag.Groups[1].Length == 0)
            {
                open.Push(tag.Groups[2].Value);
            }
            else
            {
                Assert.Equal(open.Pop(), tag.Groups[2].Value);
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public void Several_networks_are_rows_of_one_table()
    {
        var lines = ComparisonTable.Render([Report, Report with { Model = "other.pt", WithTta = null }]).Split('\n');

        Assert.Contains("with TTA", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("my & <fer>.pt", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("other.pt", lines[2], StringComparison.Ordinal);
    }

    private string Page(IReadOnlyList<EvaluationReport> reports)
    {
        var (confusion, calibration, mistakes) = (_folder.Inside("confusion.png"), _folder.Inside("calibration.png"), _folder.Inside("mistakes.png"));
        TrainingCharts.Confusion(confusion, new ConfusionMatrix(Predictions));
        TrainingCharts.Reliability(calibration, Predictions, 1);
        var outcomes = DrawnPredictions.Outcomes(Predictions);
        var faces = new FaceDataset(Predictions.Labels, 2, new byte[4 * Predictions.Count], [.. Predictions.Targets], [.. outcomes.Paths]);
        EvaluationCharts.Mistakes(mistakes, faces, outcomes, Mistakes.ByConfidence(outcomes));
        EvaluationPage.Write(_folder.Inside("report.html"), [.. reports.Select(report => (report, new EvaluationImages(confusion, calibration, mistakes)))]);
        return File.ReadAllText(_folder.Inside("report.html"));
    }

    private static bool IsValid(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement).IsValid;
    }

    private static string Metadata(string key) =>
        typeof(EvaluationFilesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
