using System.Diagnostics;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Overlay;
using Fer.Core.Detection.Window;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Window;

// The screen and GTK change the environment, which libraries in other threads must not read meanwhile.
[Collection(nameof(Alone))]
public sealed class WindowSinkTests(VirtualScreen screen) : IClassFixture<VirtualScreen>
{
    private static readonly Size FrameSize = new(640, 480);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_window_shows_the_face_handles_its_keys_and_ends_with_q()
    {
        Assert.SkipUnless(screen.Missing.Length == 0, $"not installed: {screen.Missing}");
        using var folder = new TemporaryFolder();
        var face = FacePredictions.Face(1, new Rect(100, 150, 200, 200));
        var running = screen.Run(() => Show("keys", folder.Path, () => FacePredictions.Frame(FrameSize, 60, face)));
        var window = await VirtualScreen.WindowNamed("keys", Token);

        // A happy face's box is yellow.
        await Until(shot => Near(shot.At<Vec3b>(250, 100), new Vec3b(0x3C, 0xC9, 0xFF)));
        VirtualScreen.Press(window, "h");
        await Until(shot => shot.At<Vec3b>(180, 420).Item0 < 40);
        VirtualScreen.Press(window, "h");
        await Until(shot => Near(shot.At<Vec3b>(180, 420), new Vec3b(60, 60, 60)));
        VirtualScreen.Press(window, "s");
        await Until(_ => Directory.GetFiles(folder.Path, "fer-*.png").Length == 1);
        VirtualScreen.Press(window, "r");
        await Task.Delay(300, Token);
        VirtualScreen.Press(window, "r");
        await Until(_ => Directory.GetFiles(folder.Path, "fer-*.mp4").Length == 1);
        Assert.False(running.IsCompleted);
        VirtualScreen.Press(window, "q");
        await running.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Space_pauses_and_resumes()
    {
        Assert.SkipUnless(screen.Missing.Length == 0, $"not installed: {screen.Missing}");
        var shown = 0;
        var running = screen.Run(() => Show("pause", ".", () =>
        {
            shown++;
            return FacePredictions.Frame(FrameSize);
        }));
        var window = await VirtualScreen.WindowNamed("pause", Token);
        VirtualScreen.Press(window, "space");
        var (paused, looks) = (-1, 0);
        await Until(_ =>
        {
            // Between screenshots a window that is not paused shows several frames.
            looks = paused == Volatile.Read(ref shown) ? looks + 1 : 0;
            paused = Volatile.Read(ref shown);
            return looks == 4;
        });
        VirtualScreen.Press(window, "space");
        await Until(_ => Volatile.Read(ref shown) > paused + 3);
        VirtualScreen.Press(window, "Escape");
        await running.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task A_still_image_waits_for_a_key()
    {
        Assert.SkipUnless(screen.Missing.Length == 0, $"not installed: {screen.Missing}");
        var shown = 0;
        var running = screen.Run(() => Show("still", ".", () =>
        {
            var frame = FacePredictions.Frame(FrameSize);
            frame.IsStill = true;
            shown++;
            return frame;
        }));
        var window = await VirtualScreen.WindowNamed("still", Token);
        await Task.Delay(300, Token);
        Assert.Equal(1, Volatile.Read(ref shown));
        VirtualScreen.Press(window, "n");
        await Until(_ => Volatile.Read(ref shown) == 2);
        VirtualScreen.Press(window, "q");
        await running.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Closing_the_window_with_the_mouse_ends_the_run()
    {
        Assert.SkipUnless(screen.Missing.Length == 0, $"not installed: {screen.Missing}");
        var running = screen.Run(() => Show("close", ".", () => FacePredictions.Frame(FrameSize)));
        var window = await VirtualScreen.WindowNamed("close", Token);
        Assert.False(running.IsCompleted);
        ClosingButton.Press(window);
        await running.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Theory]
    [InlineData('q', 'q')]
    [InlineData(0xFF51, HighGuiWindow.OtherKey)]
    [InlineData(0xFF1B, HighGuiWindow.Escape)]
    [InlineData(27, HighGuiWindow.Escape)]
    [InlineData(0xFFE1, -1)]
    [InlineData(0x100000 + 'q', 'q')]
    [InlineData(-1, -1)]
    public void Arrows_and_modifiers_are_not_letters(int code, int key) => Assert.Equal(key, HighGuiWindow.KeyOf(code));

    /// <summary>Shows frames until the window ends the run.</summary>
    private static void Show(string title, string folder, Func<Frame> next)
    {
        using var window = new WindowSink(new FaceOverlay(LabelSet.Fer2013), new WindowOptions { Title = title, IsLive = true, Folder = folder }, Token);
        while (true)
        {
            using var frame = next();
            frame.ArrivedAt = Stopwatch.GetTimestamp();
            if (!window.Write(frame))
            {
                return;
            }
        }
    }

    private static async Task Until(Func<Mat, bool> isSo)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var shot = VirtualScreen.Screenshot();
            if (isSo(shot))
            {
                return;
            }

            await Task.Delay(50, Token);
        }

        Assert.Fail("the screen never showed what it should");
    }

    private static bool Near(Vec3b a, Vec3b b) => Math.Abs(a.Item0 - b.Item0) < 8 && Math.Abs(a.Item1 - b.Item1) < 8 && Math.Abs(a.Item2 - b.Item2) < 8;
}
