using Fer.Core.Detection.Detectors;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class YuNetModelTests
{
    [Fact]
    public void The_file_is_found_in_the_data_folder_and_before_that_where_the_variable_says()
    {
        using var folder = new TemporaryFolder();
        var installed = folder.Inside("data", "fer", YuNetModel.FileName);
        var named = folder.Inside("elsewhere.onnx");
        var variables = new Dictionary<string, string?> { ["XDG_DATA_HOME"] = Path.Combine(folder.Path, "data") };
        Assert.Null(Locate());
        File.WriteAllText(installed, "");
        Assert.Equal(installed, Locate());
        File.WriteAllText(named, "");
        variables[YuNetModel.Variable] = named;
        Assert.Equal(named, Locate());

        string? Locate() => YuNetModel.Locate(variables.GetValueOrDefault, folder.Path, system: []);
    }

    [Fact]
    public void A_variable_that_names_no_file_is_an_error()
    {
        var failure = Assert.Throws<FerException>(() => YuNetModel.Locate(name => name == YuNetModel.Variable ? "/nowhere.onnx" : null, "/", system: []));

        Assert.Contains("/nowhere.onnx", failure.Message, StringComparison.Ordinal);
    }
}
