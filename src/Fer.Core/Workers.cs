using static TorchSharp.torch;

namespace Fer.Core;

/// <summary>Parallel loops with as many threads as libtorch, so that <c>--threads</c> limits both.</summary>
internal static class Workers
{
    /// <summary>Calls the body with 0 to <paramref name="count"/> - 1, in any order.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static void For(int count, Action<int> body, CancellationToken cancellation = default) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads(), CancellationToken = cancellation }, body);
}
