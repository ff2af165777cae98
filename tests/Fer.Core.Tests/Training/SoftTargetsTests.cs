using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Data.Fer2013;
using Fer.Core.Model;
using Fer.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

public sealed class SoftTargetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FaceDataset _faces = DrawnFaces.Dataset(labels: 3, perLabel: 10, size: 16);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Label_smoothing_spreads_a_part_of_the_target_over_all_labels()
    {
        using var targets = SoftTargets.OfLabels(_faces, 0.3);

        Assert.Equal([30, 3], targets.shape);
        Assert.Equal([0.8f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f], targets.data<float>().ToArray()[..6], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Theory]
    [InlineData(0, true, 0, false)]
    [InlineData(1, true, 1, false)]
    [InlineData(2, true, 0, true)]
    [InlineData(3, true, 1, true)]
    [InlineData(4, true, 0, false)]
    [InlineData(3, false, 1, false)]
    public void Teachers_take_turns_on_the_image_that_the_student_sees_or_on_its_mirror_image(int turn, bool mirrors, int teacher, bool mirrored)
    {
        string[] paths = [Teacher("first.pt", seed: 1), Teacher("second.pt", seed: 2)];
        using var teachers = new Teachers(paths, _faces, OnCpu);
        // Other images than those of the dataset.
        using var faces = torch.rand(_faces.Count, 1, 16, 16) * 255;

        using var prediction = teachers.Predict(faces, turn, mirrors);

        using var mirror = torch.flip(faces, [3]);
        var expected = Probabilities(paths[teacher], mirrored ? mirror : faces);
        Assert.NotEqual(expected[0], Probabilities(paths[1 - teacher], mirrored ? mirror : faces)[0]);
        Assert.Equal(expected, prediction.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void The_target_is_the_label_and_the_prediction_for_the_blended_face_by_their_weights()
    {
        var teacher = Teacher("teacher.pt", seed: 1);
        using var targets = new TrainingTargets(Options with { Teachers = [teacher], DistillationWeight = 0.4 }, _faces, OnCpu);
        using var faces = torch.rand(_faces.Count, 1, 16, 16) * 255;
        using var batch = AllFaces();
        var mixup = new Mixup(0.75);
        using var blended = mixup.Blend(faces)!;

        using var target = targets.Of(batch, mixup, blended, epoch: 1, step: 0);

        var prediction = Probabilities(teacher, blended);
        Assert.Equal(Targets(mixup, prediction), target.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData("webcam")]
    [InlineData("light-webcam")]
    public void Teachers_see_faces_without_the_blur_noise_and_poor_light_of_the_student(string augment)
    {
        var teacher = Teacher("teacher.pt", seed: 1);
        var options = Options with { Teachers = [teacher], DistillationWeight = 0.4, Augment = augment };
        using var targets = new TrainingTargets(options, _faces, OnCpu);
        using var degraded = torch.rand(_faces.Count, 1, 16, 16) * 255;
        // As balanced sampling shows the last ones.
        int[] repeats = [.. Enumerable.Range(0, _faces.Count).Select(face => face < 20 ? 0 : 1)];
        using var batch = AllFaces(repeats);
        var mixup = new Mixup(0.75);

        using var target = targets.Of(batch, mixup, degraded, epoch: 2, step: 0);

        using var view = new BatchLoader(_faces, options.BatchSize, options.Seed, Augmentation.Named[augment].Geometry).Load([.. Enumerable.Range(0, _faces.Count)], repeats, epoch: 2);
        using var blended = mixup.Blend(view.Pixels);
        Assert.Equal(Targets(mixup, Probabilities(teacher, blended)), target.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Fixed_views_are_predicted_once_without_noise_and_their_predictions_blended()
    {
        string[] teachers = [Teacher("first.pt", seed: 1), Teacher("second.pt", seed: 2)];
        var options = Options with { Teachers = teachers, TeacherViews = 2, DistillationWeight = 0.4, Augment = "webcam" };
        using var targets = new TrainingTargets(options, _faces, OnCpu);
        using Tensor first = torch.rand(_faces.Count, 1, 16, 16) * 255, second = torch.rand(_faces.Count, 1, 16, 16) * 255;
        using var batch = AllFaces();
        var mixup = new Mixup(0.75);

        float[] Of(Tensor faces, int epoch)
        {
            using var target = targets.Of(batch, mixup, faces, epoch, step: 0);
            return target.data<float>().ToArray();
        }

        var (firstView, secondView) = (Of(first, epoch: 1), Of(second, epoch: 2));

        using var view = new BatchLoader(_faces, options.BatchSize, options.Seed, Augmentation.Named["webcam"].Geometry, views: options.Views)
            .Load([.. Enumerable.Range(0, _faces.Count)], epoch: 1);
        float[] own = [.. Probabilities(teachers[0], view.Pixels).Zip(Probabilities(teachers[1], view.Pixels), (a, b) => (a + b) / 2)];
        float[] neighbor = [.. own[^3..], .. own[..^3]];
        Assert.Equal(Targets(mixup, [.. own.Zip(neighbor, (a, b) => 0.75f * a + 0.25f * b)]), firstView, (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.NotEqual(firstView, secondView);
        // The teachers are not asked again, whatever the faces are.
        Assert.Equal(firstView, Of(second, epoch: 3));
        Assert.Equal(secondView, Of(first, epoch: 4));
    }

    [Fact]
    public void Votes_count_as_one_more_teacher()
    {
        var teacher = Teacher("teacher.pt", seed: 1);
        var votes = Votes("row,usage", Enumerable.Range(0, 29).Select(row => $"{row},Training,0,9,0,1,0,0,0,0,0,0"));
        var options = Options with { Teachers = [teacher], FerPlusVotes = votes, DistillationWeight = 0.8 };

        using var targets = SoftTargets.Create(options, _faces);

        // All faces have the same votes, which therefore only say how frequent each label is: here 10, 10 and 9 times.
        Assert.Equal([0.2f + 0.4f * 10 / 29, 0.4f * 10 / 29, 0.4f * 9 / 29], targets.data<float>().ToArray()[..3], (a, b) => Math.Abs(a - b) < 2e-3f);
        // The last face has no votes: only the teacher counts.
        Assert.Equal([0f, 0f, 0.2f], targets.data<float>().ToArray()[87..], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void A_teacher_with_other_labels_is_refused()
    {
        var teacher = Teacher("other.pt", seed: 1, new LabelSet(["label0", "label2", "label1"]));

        var failure = Assert.Throws<FerException>(() => new Teachers([teacher], _faces, OnCpu));

        Assert.Contains("cannot be a teacher: it has the labels label0, label2, label1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("row,usage", "{0},Training")]
    [InlineData("Usage,Image name", "Training,fer{0:0000000}.png")]
    public void Votes_are_read_as_the_probability_of_each_label(string head, string start)
    {
        // Annotators whose words differ from the labels, but consistently; face 7 has another label than its votes suggest.
        string[] words = ["0,0,0,10,0,0,0,0,0,0", "0,0,0,0,0,0,9,1,0,0", "10,0,0,0,0,0,0,0,0,0"];
        var faces = _faces with { Targets = [.. _faces.Targets.Select((label, face) => face == 7 ? 0 : label)] };
        var votes = Votes(head, Enumerable.Range(0, 29).Select(row => string.Format(null, start, row) + "," + words[_faces.Targets[row]]));

        var probabilities = FerPlusTargets.Read(votes, faces);

        Assert.Null(probabilities[29]);
        Assert.All(Enumerable.Range(0, 29), face => Assert.Equal(1, probabilities[face]!.Sum(), 1e-5));
        // Nine of ten faces with these votes have this label.
        Assert.InRange(probabilities[7]![1], 0.85, 0.95);
        Assert.InRange(probabilities[0]![0], 0.97, 1);
        using var targets = SoftTargets.Create(Options with { FerPlusVotes = votes, DistillationWeight = 1 }, faces);
        Assert.Equal(probabilities[7], targets.data<float>().ToArray()[21..24], (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(1, targets[29][faces.Targets[29]].item<float>());
    }

    [Theory]
    [InlineData("0,Training,1,2,3", "line 2: 2 columns and 10 votes are needed")]
    [InlineData("0,Training,1,2,3,4,5,6,7,8,9,many", "line 2: 2 columns and 10 votes are needed")]
    [InlineData("4711,Training,1,2,3,4,5,6,7,8,9,10", "has no votes for these images")]
    public void Votes_that_do_not_fit_are_named(string line, string complaint)
    {
        var votes = Votes("row,usage", [line]);

        Assert.Contains(complaint, Assert.Throws<FerException>(() => FerPlusTargets.Read(votes, _faces)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<FerException>(() => FerPlusTargets.Read(votes + ".gone", _faces)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_images_whose_view_is_new_are_predicted()
    {
        using var predictions = new TeacherPredictions(views: 2, images: 5, labels: 3, stored: null, torch.CPU);
        List<long[]> asked = [];
        float[] Get(int view, params long[] images)
        {
            using var indices = tensor(images);
            using var result = predictions.Get(view, indices, unknown =>
            {
                asked.Add(unknown.data<long>().ToArray());
                return unknown.to(float32).unsqueeze(1).expand(-1, 3);
            });
            return result.data<float>().ToArray();
        }

        Assert.Equal([1, 1, 1, 3, 3, 3], Get(1, 1, 3));
        Assert.Equal([3, 3, 3, 4, 4, 4, 1, 1, 1], Get(1, 3, 4, 1));
        Assert.Equal([1, 1, 1], Get(2, 1));
        Assert.Equal<long[]>([[1, 3], [4], [1]], asked);
    }

    [Fact]
    public void More_predictions_than_a_gigabyte_are_refused() => Assert.Contains(
        "--teacher-views 100 takes 2,288 MB",
        Assert.Throws<FerException>(() => new TeacherPredictions(views: 100, images: 1_000_000, labels: 6, stored: null, torch.CPU)).Message,
        StringComparison.Ordinal);

    private static Hardware OnCpu => new(torch.CPU, Precision.Float32);

    private static TrainingOptions Options => new() { Data = "", Output = "", Size = 16, LabelSmoothing = 0 };

    private string Votes(string head, IEnumerable<string> lines)
    {
        var path = _folder.Inside("votes.csv");
        File.WriteAllLines(path, lines.Prepend(head + ",neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"));
        return path;
    }

    /// <summary>The images of the dataset in their order; the targets depend on their indices only.</summary>
    private Batch AllFaces(int[]? repeats = null) =>
        new(torch.empty(0), torch.empty(0), torch.arange(_faces.Count, int64), repeats ?? new int[_faces.Count]);

    private string Teacher(string name, long seed, LabelSet? labels = null)
    {
        torch.manual_seed(seed);
        var architecture = TinyNetwork.Architecture;
        using var network = architecture.Build(3, 16);
        var path = _folder.Inside(name);
        CheckpointStore.Save(path, new Checkpoint(architecture, labels ?? _faces.Labels, new Preprocessing(16, 0.4, 0.2), new Dictionary<string, double>(), StateDictionary.Capture(network))
        {
            Temperature = 0.1,
        });
        return path;
    }

    /// <summary>Labels at 0.6, blended with those of the face before, and predictions at 0.4.</summary>
    private float[] Targets(Mixup mixup, float[] predictions) =>
    [
        .. predictions.Select((prediction, place) =>
        {
            var (face, label) = (place / 3, place % 3);
            float One(int index) => _faces.Targets[(index + _faces.Count) % _faces.Count] == label ? 1 : 0;
            return (float)(0.6 * (mixup.Share * One(face) + (1 - mixup.Share) * One(face - 1)) + 0.4 * prediction);
        }),
    ];

    /// <summary>The probabilities without any fusing for inference.</summary>
    private static float[] Probabilities(string path, torch.Tensor faces)
    {
        var checkpoint = CheckpointStore.Load(path);
        using var network = checkpoint.BuildNetwork();
        using var guard = torch.no_grad();
        using var input = (faces / 255 - 0.4) / 0.2;
        return [.. network.call(input).div(0.1).softmax(1).data<float>()];
    }

    [Fact]
    public void Class_weights_apply_to_images_and_not_within_soft_targets()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 2f, 0, -1, 0, 1, 0 }).reshape(2, 3);
        var targets = tensor(new[] { 0.9f, 0.05f, 0.05f, 0.05f, 0.9f, 0.05f }).reshape(2, 3);
        var each = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None).data<float>().ToArray();

        Assert.Equal((each[0] + 9 * each[1]) / 10, TrainStep.Loss(logits, targets, tensor(new[] { 1f, 9f })).item<float>(), 5);
        Assert.Equal((each[0] + each[1]) / 2, TrainStep.Loss(logits, targets, null).item<float>(), 5);
    }
}
