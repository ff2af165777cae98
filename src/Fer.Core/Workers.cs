using System.Globalization;

namespace Fer.Core;

/// <summary>Loops of our own on as many threads as libtorch's, so that <c>--threads</c> limits both.</summary>
internal static class Workers
{
    /// <summary>At first all processors, or what <c>OMP_NUM_THREADS</c> says, as in libtorch.</summary>
    public static int Threads { get; set; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0
            ? threads
            : Environment.ProcessorCount;

    /// <summary>Calls the body with 0 to <paramref name="count"/> - 1, on several threads and in any order.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static void For(int count, Action<int> body, CancellationToken cancellation = default) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellation }, body);
}
