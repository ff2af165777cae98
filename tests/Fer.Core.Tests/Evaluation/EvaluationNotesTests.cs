using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Evaluation;

public sealed class EvaluationNotesTests
{
    [Fact]
    public void One_sentence_names_the_classes_by_recall_and_the_usual_confusions()
    {
        // angry: 3 of 4 right; happy: all of 2; sad: 1 of 4 right, 3 taken for angry.
        var predictions = Scripted((0, 0, 3), (0, 1, 1), (1, 1, 2), (2, 2, 1), (2, 0, 3));

        Assert.Equal(
            "By recall: happy 100.0%, angry 75.0%, sad 25.0%; most often confused: sad as angry (75.0%), angry as happy (25.0%).",
            EvaluationNotes.Describe(EvaluationReport.Of(predictions, 1)));
    }

    [Fact]
    public void A_network_that_guesses_is_called_barely_above_chance() =>
        Assert.Contains(Warnings(DrawnPredictions.Of(300, 0.34)), warning => warning.Contains("not clearly above chance", StringComparison.Ordinal));

    [Fact]
    public void A_network_that_is_of_no_use_is_not_praised_for_beating_chance_by_a_little() =>
        Assert.Contains(Warnings(Scripted((0, 0, 400), (0, 1, 600), (1, 0, 500), (1, 1, 500), (2, 2, 200), (2, 0, 800))), warning => warning.Contains("not clearly above chance", StringComparison.Ordinal));

    [Fact]
    public void Labels_that_are_never_right_are_named() =>
        Assert.Contains("not one image of angry, sad is classified correctly", Warnings(Scripted((0, 1, 50), (1, 1, 300), (2, 1, 50))));

    [Fact]
    public void A_network_that_always_says_the_most_frequent_label_is_no_better_for_its_accuracy()
    {
        var warnings = Warnings(Scripted((1, 1, 450), (1, 2, 20), (0, 0, 12), (0, 1, 18), (2, 2, 12), (2, 1, 18)));

        Assert.Contains(warnings, warning => warning.Contains("always answering happy", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_with_few_images_is_named_with_their_number()
    {
        var warnings = Warnings(Scripted((0, 0, 100), (1, 1, 7)));

        Assert.Equal(["few images of happy (7): recall is uncertain below 30", "no images of sad"], warnings);
    }

    [Fact]
    public void A_good_network_on_enough_images_has_no_warning() => Assert.Empty(Warnings(DrawnPredictions.Of(300, 0.9)));

    [Fact]
    public void The_most_confident_mistake_comes_first()
    {
        var outcomes = DrawnPredictions.Outcomes(DrawnPredictions.Of(200, 0.5));

        var mistakes = Mistakes.ByConfidence(outcomes);

        Assert.Equal(Enumerable.Range(0, 200).Count(image => !outcomes.IsCorrect(image)), mistakes.Count);
        Assert.DoesNotContain(mistakes, outcomes.IsCorrect);
        Assert.Equal(mistakes.OrderByDescending(image => outcomes.Confidences[image]), mistakes);
    }

    private static IReadOnlyList<string> Warnings(Predictions predictions) =>
        EvaluationNotes.Warnings(EvaluationReport.Of(predictions, 1), FigureEstimate.Of(DrawnPredictions.Outcomes(predictions)));

    private static Predictions Scripted(params (int Target, int Predicted, int Count)[] cells)
    {
        var images = cells.SelectMany(cell => Enumerable.Repeat(cell, cell.Count)).ToArray();
        return new Predictions(new LabelSet(DrawnPredictions.Labels), Array.ConvertAll(images, image => image.Target), Array.ConvertAll(images, image =>
        {
            var logits = new float[3];
            logits[image.Predicted] = 1;
            return logits;
        }));
    }
}
