using System.Globalization;

namespace Fer.Core;

/// <summary>Parallel loops with as many threads as libtorch, so that <c>--threads</c> limits both.</summary>
internal static class Workers
{
    /// <summary>By default <c>OMP_NUM_THREADS</c>, else the number of processors, as in libtorch.</summary>
    public static int Threads { get; set; } =
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0
            ? threads
            : Environment.ProcessorCount;

    /// <summary>Calls the body with 0 to <paramref name="count"/> - 1, in any order.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static void For(int count, Action<int> body, CancellationToken cancellation = default) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancellation }, body);
}
