using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>
/// Draws people with face crops as faces at random places of random backgrounds: with roll, of different sizes, in
/// different light, blurred, and partly covered. Equal options and faces give equal scenes.
/// </summary>
/// <param name="faces">The crops.</param>
/// <param name="options">The distribution.</param>
public sealed class SceneComposer(FaceDataset faces, SceneOptions options)
{
    private const int Attempts = 40;

    // Share of images with a single face, of those with any; share of the heads with a usual roll.
    private const double SingleShare = 0.6, UsualShare = 0.7;

    /// <summary>Composes an image; the caller disposes of it.</summary>
    /// <param name="number">Which image of the sequence.</param>
    /// <param name="face">Its only face, an index into the dataset; null for random faces, or none.</param>
    public Scene Compose(int number, int? face = null)
    {
        var random = CounterRandom.For(options.Seed, number);
        var image = SceneBackground.Draw(options.Width, options.Height, ref random);
        var count = face is null ? Count(ref random) : 1;
        var placed = new List<SceneFace>();
        for (var i = 0; i < count; i++)
        {
            if (Place(face ?? random.Next(faces.Count), placed, ref random) is { } next)
            {
                ScenePerson.DrawBody(image, next, ref random);
                placed.Add(next);
            }
        }

        // All bodies first: none is in front of a face.
        for (var i = 0; i < placed.Count; i++)
        {
            var person = placed[i];
            var look = FaceLook.Draw(options.OccludedShare, ref random);
            ScenePerson.DrawHead(image, faces.Face(person.Index), person, look, ref random);
            FacePatch.Paste(image, faces.Face(person.Index), faces.Size, person, look);
            placed[i] = person with { IsBlurred = look.Blur > 0, IsCovered = look.Covered > 0 };
        }

        return new Scene(image, placed);
    }

    private int Count(ref CounterRandom random)
    {
        if (random.NextDouble() < options.EmptyShare)
        {
            return 0;
        }

        return random.NextDouble() < SingleShare ? 1 : 1 + random.Next(options.MaxFaces);
    }

    /// <summary>A free place; null if none is found.</summary>
    private SceneFace? Place(int index, List<SceneFace> placed, ref CounterRandom random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // Small faces are as frequent as large ones on a logarithmic scale.
            var side = (int)Math.Round(options.SmallestFace * Math.Pow((double)options.LargestFace / options.SmallestFace, random.NextDouble()));
            var roll = random.NextDouble() < UsualShare
                ? Math.Clamp(options.UsualRoll * random.NextGaussian(), -options.MaxRoll, options.MaxRoll)
                : random.NextDouble(-options.MaxRoll, options.MaxRoll);
            var margin = side / 4;
            if (side + 2 * margin >= Math.Min(options.Width, options.Height))
            {
                continue;
            }

            var box = new Rect(
                margin + random.Next(options.Width - side - 2 * margin),
                margin + random.Next(options.Height - side - 2 * margin),
                side,
                side);
            var around = new Rect(box.X - margin, box.Y - margin, side + 2 * margin, side + 2 * margin);
            if (placed.TrueForAll(other => (around & other.Box) is { Width: 0 } or { Height: 0 }))
            {
                return new SceneFace(box, roll, index);
            }
        }

        return null;
    }
}
