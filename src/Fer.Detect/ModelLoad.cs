using Fer.Core.Detection;

namespace Fer.Detect;

/// <summary>The model, loading in the background while the source opens.</summary>
internal sealed class ModelLoad(Func<EmotionClassifier> load) : IDisposable
{
    private readonly Task<EmotionClassifier> _loading = Task.Run(load);

    /// <summary>Waits for the model.</summary>
    /// <exception cref="Fer.Core.FerException">It cannot be loaded.</exception>
    public EmotionClassifier Classifier => _loading.GetAwaiter().GetResult();

    /// <summary>Waits too: where the source fails, native code must not be left running while the process ends.</summary>
    public void Dispose()
    {
        ((IAsyncResult)_loading).AsyncWaitHandle.WaitOne();
        if (_loading.IsCompletedSuccessfully)
        {
            _loading.Result.Dispose();
        }
    }
}
