using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using Fer.Core.Training;
using TorchSharp;

namespace Fer.Core.Tests.Training;

public sealed class SoftTargetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FaceDataset _faces = DrawnFaces.Dataset(labels: 3, perLabel: 10, size: 16);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_smoothed_label_gives_every_label_its_share()
    {
        using var targets = SoftTargets.OfLabels(_faces, 0.3);

        Assert.Equal([30, 3], targets.shape);
        Assert.Equal([0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f], targets.data<float>().ToArray()[..6], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Teachers_decide_their_part_and_the_label_the_rest()
    {
        var (first, second) = (Teacher("first.pt", seed: 1), Teacher("second.pt", seed: 2));

        using var targets = Create(Options with { Teachers = [first, second], SoftLabels = 0.4, LabelSmoothing = 0 });

        var (one, other) = (Probabilities(first), Probabilities(second));
        Assert.NotEqual(one[0], other[0]);
        var values = targets.data<float>().ToArray();
        for (var face = 0; face < _faces.Count; face++)
        {
            for (var label = 0; label < 3; label++)
            {
                var expected = (_faces.Truth[face] == label ? 0.6 : 0) + 0.4 * (one[face][label] + other[face][label]) / 2;
                Assert.Equal(expected, values[face * 3 + label], 1e-4);
            }
        }
    }

    [Fact]
    public void A_teacher_of_other_labels_is_refused()
    {
        var teacher = Teacher("other.pt", seed: 1, new LabelSet(["label0", "label2", "label1"]));

        var failure = Assert.Throws<FerException>(() => Create(Options with { Teachers = [teacher] }));

        Assert.Contains("cannot teach: it tells label0, label2, label1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("row,usage", "{0},Training")]
    [InlineData("Usage,Image name", "Training,fer{0:0000000}.png")]
    public void Votes_are_read_as_the_probability_of_each_label(string head, string start)
    {
        // Taggers who use other words than the labels, always the same ones; face 7 is labelled otherwise than they see it.
        string[] words = ["0,0,0,10,0,0,0,0,0,0", "0,0,0,0,0,0,9,1,0,0", "10,0,0,0,0,0,0,0,0,0"];
        var faces = _faces with { Truth = [.. _faces.Truth.Select((label, face) => face == 7 ? 0 : label)] };
        var votes = Votes(head, Enumerable.Range(0, 29).Select(row => string.Format(null, start, row) + "," + words[_faces.Truth[row]]));

        var opinions = CrowdVotes.Read(votes, faces);

        Assert.Null(opinions[29]);
        Assert.All(Enumerable.Range(0, 29), face => Assert.Equal(1, opinions[face]!.Sum(), 1e-5));
        // Nine of ten faces with these votes are labelled so.
        Assert.InRange(opinions[7]![1], 0.85, 0.95);
        Assert.InRange(opinions[0]![0], 0.97, 1);
        using var targets = SoftTargets.Create(Options with { Votes = votes, SoftLabels = 1 }, faces, Precision.Float32, torch.CPU, CancellationToken.None);
        Assert.Equal(opinions[7], targets.data<float>().ToArray()[21..24], (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(1, targets[29][faces.Truth[29]].item<float>());
    }

    [Theory]
    [InlineData("0,Training,1,2,3", "line 2: 2 columns and 10 votes are needed")]
    [InlineData("0,Training,1,2,3,4,5,6,7,8,9,many", "line 2: 2 columns and 10 votes are needed")]
    [InlineData("4711,Training,1,2,3,4,5,6,7,8,9,10", "has no votes for these pictures")]
    public void Votes_that_do_not_fit_are_named(string line, string complaint)
    {
        var votes = Votes("row,usage", [line]);

        Assert.Contains(complaint, Assert.Throws<FerException>(() => CrowdVotes.Read(votes, _faces)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<FerException>(() => CrowdVotes.Read(votes + ".gone", _faces)).Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Options => new() { Data = "", Output = "", Size = 16, LabelSmoothing = 0 };

    private torch.Tensor Create(TrainingOptions options) => SoftTargets.Create(options, _faces, Precision.Float32, torch.CPU, CancellationToken.None);

    private string Votes(string head, IEnumerable<string> lines)
    {
        var path = _folder.Inside("votes.csv");
        File.WriteAllLines(path, lines.Prepend(head + ",neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"));
        return path;
    }

    private string Teacher(string name, long seed, LabelSet? labels = null)
    {
        torch.manual_seed(seed);
        var architecture = Architecture.Named("emotion-net");
        using var network = architecture.Build(3, 16);
        var path = _folder.Inside(name);
        CheckpointStore.Save(path, new Checkpoint(architecture, labels ?? _faces.Labels, new Preprocessing(16, 0.4, 0.2), new Dictionary<string, double>(), StateDictionary.Capture(network))
        {
            Temperature = 0.1,
        });
        return path;
    }

    /// <summary>The probabilities by the plain way: not frozen, view by view.</summary>
    private double[][] Probabilities(string path)
    {
        var checkpoint = CheckpointStore.Load(path);
        using var network = checkpoint.BuildNetwork();
        var evaluator = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), torch.CPU);
        var predictions = evaluator.Predict(_faces, [new View(false, 0, 0), new View(true, 0, 0)]);
        return [.. Enumerable.Range(0, _faces.Count).Select(face => predictions.Probabilities(face, 0.1))];
    }
}
