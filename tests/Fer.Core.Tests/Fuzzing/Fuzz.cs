using System.Globalization;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>
/// Feeds a reader with damaged files. The seeds are fixed, so every run sees the same files: a few in the ordinary tests,
/// as many as <c>FER_FUZZ_COUNT</c> says in <c>scripts/soak.sh</c>.
/// </summary>
internal static class Fuzz
{
    // A damaged file is a few kilobytes long. The time is that of the processors, which a loaded machine does not stretch,
    // and includes the tests beside this one. An image of a few bytes may claim 100 megapixels, which takes a second.
    private const long MaxAllocation = 64 << 20;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    /// <param name="ordinary">Number of files in the ordinary tests.</param>
    /// <param name="factor">Of <c>FER_FUZZ_COUNT</c>, for readers that get more or fewer files than the others.</param>
    /// <param name="make">A damaged file from random numbers.</param>
    /// <param name="read">Reads it; the only exception that it may end in is <see cref="FerException"/>.</param>
    public static void Run(int ordinary, double factor, FileFactory make, Action<byte[]> read)
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("FER_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? (int)(asked * factor)
            : ordinary;
        var accepted = 0;
        for (var seed = 0; seed < count; seed++)
        {
            var random = CounterRandom.For(23, seed);
            var file = make(ref random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Environment.CpuUsage.TotalTime;
            try
            {
                read(file);
                accepted++;
            }
            catch (FerException failure)
            {
                Assert.True(failure.Message.Length > 0 && !failure.Message.Any(char.IsControl), $"seed {seed}: '{failure.Message}' is not one line");
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}: {failure}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocation, $"seed {seed}: {allocated:N0} bytes for a file of {file.Length:N0}");
            var elapsed = Environment.CpuUsage.TotalTime - started;
            Assert.True(elapsed < MaxTime, $"seed {seed}: {elapsed.TotalSeconds:0} s for a file of {file.Length:N0} bytes");
        }

        TestContext.Current.SendDiagnosticMessage($"{TestContext.Current.TestMethod?.MethodName}: {count:N0} files, {accepted:N0} of them accepted");
        // Otherwise the damage is too coarse to reach the inside of the reader.
        Assert.InRange(accepted, 1, count - 1);
    }
}

/// <summary>Makes a file from random numbers.</summary>
internal delegate byte[] FileFactory(ref CounterRandom random);
