using System.Globalization;
using System.Text;
using System.Xml;
using Fer.Core.Evaluation;

namespace Fer.Core.Reporting;

/// <summary>The gates of evaluations as JUnit XML, which CI systems show as tests: a suite per network, a test case per gate.</summary>
public static class JUnitReport
{
    private const string Name = "fer-train evaluate";

    /// <summary>Writes the file, replaced atomically.</summary>
    /// <param name="path">The XML file.</param>
    /// <param name="reports">The evaluations, with their gates.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<EvaluationReport> reports) => AtomicFile.Replace(path, unfinished =>
    {
        using var xml = XmlWriter.Create(unfinished, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        xml.WriteStartElement("testsuites");
        Totals(xml, Name, reports.Count + reports.Sum(report => Gates(report).Count), reports.Sum(Missed));
        foreach (var report in reports)
        {
            Suite(xml, report);
        }

        xml.WriteEndElement();
    });

    private static void Suite(XmlWriter xml, EvaluationReport report)
    {
        xml.WriteStartElement("testsuite");
        Totals(xml, report.Model, 1 + Gates(report).Count, Missed(report));
        xml.WriteStartElement("properties");
        Property(xml, "data", report.Data);
        Property(xml, "split", report.Split);
        Property(xml, "images", Text(report.Images));
        Property(xml, "accuracy", Text(report.Figures.Accuracy));
        Property(xml, "macroF1", Text(report.Figures.MacroF1));
        xml.WriteEndElement();

        // Without any test case some CI systems call a file broken; a name that stays makes a history.
        Case(xml, new GateResult("images are evaluated", true, ""));
        foreach (var gate in Gates(report))
        {
            Case(xml, gate);
        }

        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, GateResult gate)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", "fer.evaluate");
        Attribute(xml, "name", gate.Gate);
        Attribute(xml, "time", "0");
        if (!gate.Passed)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "message", gate.Message);
            Attribute(xml, "type", "gate");
            xml.WriteString(Printable(gate.Message));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Totals(XmlWriter xml, string name, int tests, int failures)
    {
        Attribute(xml, "name", name);
        Attribute(xml, "tests", Text(tests));
        Attribute(xml, "failures", Text(failures));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", "0");
        Attribute(xml, "time", "0");
    }

    private static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        Attribute(xml, "name", name);
        Attribute(xml, "value", value);
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Printable(value));

    /// <summary>The text without characters that XML cannot hold: a path may have any.</summary>
    private static string Printable(string text) => string.Concat(FerException.OneLine(text).EnumerateRunes().Select(rune => rune.Value is 0xFFFE or 0xFFFF ? "?" : rune.ToString()));

    private static IReadOnlyList<GateResult> Gates(EvaluationReport report) => report.Gates ?? [];

    private static int Missed(EvaluationReport report) => Gates(report).Count(gate => !gate.Passed);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
