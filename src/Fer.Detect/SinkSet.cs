using Fer.Core.Detection;

namespace Fer.Detect;

/// <summary>The sinks of a run, completed together.</summary>
internal sealed class SinkSet : IDisposable
{
    private readonly List<IFrameSink> _sinks = [];

    public IReadOnlyList<IFrameSink> All => _sinks;

    public void Add(IFrameSink sink) => _sinks.Add(sink);

    public void Dispose() => Complete(0);

    /// <summary>If one fails, the others are still completed.</summary>
    private void Complete(int first)
    {
        if (first == _sinks.Count)
        {
            return;
        }

        try
        {
            _sinks[first].Dispose();
        }
        finally
        {
            Complete(first + 1);
        }
    }
}
