using Fer.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Sharpness-aware minimization (Foret et al. 2021): the gradient is taken where the loss is highest within a radius around the
/// weights, so that training prefers flat minima. A step has a second forward and backward pass.
/// </summary>
/// <param name="network">The network being trained.</param>
/// <param name="radius">The radius, called rho.</param>
internal sealed class SharpnessAware(EmotionNetwork network, double radius)
{
    private const double Epsilon = 1e-12;

    private readonly Parameter[] _parameters = [.. network.parameters()];

    /// <summary>Replaces the gradients by those at the highest loss within the radius; the weights stay as they are.</summary>
    /// <param name="backward">A forward and a backward pass of the same batch.</param>
    public void ReplaceGradients(Action backward)
    {
        var trained = _parameters.Where(parameter => parameter.grad is not null).ToArray();
        // Copies, because adding and subtracting rounds twice.
        Tensor[] weights = [.. trained.Select(parameter => parameter.detach().clone())];
        using (no_grad())
        {
            var norm = stack(trained.Select(parameter => parameter.grad!.norm())).norm().item<float>();
            using Scalar pace = radius / (norm + Epsilon);
            foreach (var parameter in trained)
            {
                parameter.add_(parameter.grad!, pace);
                parameter.grad = null;
            }
        }

        try
        {
            backward();
        }
        finally
        {
            using var guard = no_grad();
            foreach (var (parameter, weight) in trained.Zip(weights))
            {
                parameter.copy_(weight);
            }
        }
    }
}
