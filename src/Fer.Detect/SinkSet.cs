using Fer.Core.Detection;

namespace Fer.Detect;

/// <summary>The sinks of a run, completed together.</summary>
internal sealed class SinkSet : IDisposable
{
    private readonly List<IFrameSink> _sinks = [];

    public IReadOnlyList<IFrameSink> All => _sinks;

    public void Add(IFrameSink sink) => _sinks.Add(sink);

    public void Dispose() => _sinks.ForEach(sink => sink.Dispose());
}
