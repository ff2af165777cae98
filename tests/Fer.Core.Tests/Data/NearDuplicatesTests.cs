using Fer.Core.Data;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Core.Tests.Data;

public sealed class NearDuplicatesTests
{
    private static readonly FaceDataset Faces = SampleFaces.Draw(perLabel: 6, seed: 4);

    [Theory]
    [InlineData("smaller")]
    [InlineData("compressed")]
    [InlineData("brighter")]
    [InlineData("noisy")]
    public void A_changed_copy_is_found_and_nothing_else(string change)
    {
        var all = With(Changed(Faces.Face(17), change));
        var groups = NearDuplicates.Groups(all, TestContext.Current.CancellationToken);

        Assert.Equal(17, groups[Faces.Count]);
        Assert.Equal(Faces.Count, groups.Distinct().Count());
        Assert.Equal(2, NearDuplicates.Join(all, new DisjointSets(all.Count), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Frames_of_a_slow_change_form_one_group_though_the_first_and_the_last_differ()
    {
        var random = new CounterRandom(8);
        var identity = SampleFaces.DrawIdentity(ref random);
        var frames = new byte[25][];
        for (var frame = 0; frame < frames.Length; frame++)
        {
            var expression = new float[SampleFaces.Labels.Count];
            expression[3] = frame / (frames.Length - 1f);
            expression[5] = 1 - expression[3];
            SampleFaces.Render(identity, expression, frames[frame] = new byte[SampleFaces.Size * SampleFaces.Size]);
        }

        Assert.Single(GroupsOf([.. frames]).Distinct());
        Assert.Equal(2, GroupsOf(frames[0], frames[^1]).Distinct().Count());
    }

    [Fact]
    public void Images_with_nothing_on_them_are_alike_and_like_no_other()
    {
        byte[] black = new byte[SampleFaces.Size * SampleFaces.Size], gray = [.. black.Select(_ => (byte)90)];

        Assert.Equal([Faces.Count, Faces.Count], GroupsOf(black, gray));
    }

    private static int[] GroupsOf(params byte[][] images) => NearDuplicates.Groups(With(images), TestContext.Current.CancellationToken)[Faces.Count..];

    private static FaceDataset With(params byte[][] images) => new(
        Faces.Labels,
        Faces.Size,
        [.. Faces.Pixels, .. images.SelectMany(image => image)],
        [.. Faces.Targets, .. images.Select(_ => 0)],
        [.. Faces.Paths, .. images.Select((_, index) => $"added{index}.png")]);

    private static byte[] Changed(ReadOnlySpan<byte> face, string change)
    {
        var size = SampleFaces.Size;
        using var image = Mat.FromPixelData(size, size, MatType.CV_8UC1, face.ToArray());
        using var changed = new Mat();
        switch (change)
        {
            case "smaller":
                using (var small = new Mat())
                {
                    Cv2.Resize(image, small, new Size(32, 32), 0, 0, InterpolationFlags.Area);
                    Cv2.Resize(small, changed, new Size(size, size));
                }

                break;
            case "compressed":
                Cv2.ImEncode(".jpg", image, out var bytes, [(int)ImwriteFlags.JpegQuality, 40]);
                using (var decoded = Cv2.ImDecode(bytes, ImreadModes.Grayscale))
                {
                    decoded.CopyTo(changed);
                }

                break;
            case "brighter":
                image.ConvertTo(changed, MatType.CV_8UC1, 0.8, 40);
                break;
            default:
                var random = new CounterRandom(3);
                var noisy = face.ToArray();
                for (var i = 0; i < noisy.Length; i++)
                {
                    noisy[i] = (byte)Math.Clamp(noisy[i] + 6 * random.NextGaussian(), 0, 255);
                }

                return noisy;
        }

        changed.GetArray(out byte[] pixels);
        return pixels;
    }
}
