using System.CommandLine;
using System.Reflection;
using Fer.Core.Training;
using Fer.Train;

namespace Fer.Cli.Tests;

public sealed class TrainSettingsTests
{
    // A value for every option that differs from its default.
    private const string Everything =
        "--data d --validation test --group g --similar apart --folds 5 --label-map a=b --ignore-label c --strict --recipe classic --arch classic --width 24 --se-ratio 8 --pool avg+max --size 32 --batch-size 8 --optimizer sgd "
        + "--lr 0.5 --schedule linear --warmup 0.3 --weight-decay 0.2 --ema 0.9 --augment light --label-smoothing 0.2 --mixup 0.4 --cutmix 0.3 --sam 0.06 --class-weights --sampling balanced --logit-adjustment 1 --criterion macro-f1 --init i.pt --prune-width 16 --freeze 2 "
        + "--teacher t.pt --teacher-views 9 --ferplus-votes v.csv --distill-weight 0.7 --epochs 3 --out o --patience 4 --seed 5 --tensorboard --device cpu --precision fp32 --threads 2";

    private static readonly TrainingOptions Defaults = new() { Data = "", Output = "" };

    [Fact]
    public void Every_training_option_is_set_by_the_command_line()
    {
        var options = Parse(Everything);

        // Where a copy of the network goes, and which fold it is, is decided by the command.
        var untouched = typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => Equals(property.GetValue(options), property.GetValue(Defaults)))
            .Select(property => property.Name);
        Assert.Equal(["BestCopy", "Fold"], untouched);
        Assert.Empty(new TrainSettings().All.Select(setting => setting.Option.Name).Except(Everything.Split(' ')));
    }

    [Theory]
    [InlineData("--votes v.csv", "--ferplus-votes v.csv")]
    [InlineData("--soft-labels 0.3", "--distill-weight 0.3")]
    [InlineData("--squeeze 8", "--se-ratio 8")]
    [InlineData("--head mean+max", "--pool avg+max")]
    [InlineData("--head mean", "--pool avg")]
    [InlineData("--pool mean+max", "--pool avg+max")]
    public void An_old_name_sets_the_same_as_the_new_one(string old, string current) => Assert.Equal(Parse(current), Parse(old));

    [Fact]
    public void Options_refine_the_recipe_wherever_they_stand()
    {
        var options = Parse("--lr 0.5 --recipe classic");

        Assert.Equal(("classic", OptimizerKind.Adam, 0.5), (options.Architecture, options.Optimizer, options.LearningRate));
        Assert.Equal(Defaults.Classic(), Parse("--recipe classic"));
        Assert.Equal(Defaults, Parse("--recipe best"));
    }

    [Fact]
    public void What_the_command_line_accepts_is_valid_in_the_file_too() => Parse(Everything).Validate();

    private static TrainingOptions Parse(string arguments)
    {
        var settings = new TrainSettings();
        var command = new RootCommand();
        foreach (var setting in settings.All)
        {
            command.Add(setting.Option);
        }

        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return settings.Apply(parsed, Defaults);
    }
}
