using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Layers;

namespace Fer.Core.Export;

/// <summary>
/// The networks pool before batch norm and ReLU, which is less work in libtorch. ONNX runtimes fuse both into the
/// convolution, but only if nothing is in between. Max pooling commutes with ReLU, and with batch norm if none of its
/// factors is negative.
/// </summary>
internal static class PoolingOrder
{
    /// <summary>The same network with max pooling after batch norm and ReLU wherever that does not change the result.</summary>
    /// <param name="nodes">A network in which one node reads the output of each pooling.</param>
    /// <param name="constants">The weights by name.</param>
    public static List<GraphNode> PoolLast(IReadOnlyList<GraphNode> nodes, IReadOnlyDictionary<string, StoredTensor> constants)
    {
        var ordered = new List<GraphNode>();
        foreach (var node in nodes)
        {
            if (ordered.Count > 0 && ordered[^1] is { Operator: "MaxPool" } pool && node.Inputs[0] == pool.Output && Commutes(node, constants))
            {
                // Exchange the names of the two outputs, so that later nodes read the same name as before.
                ordered[^1] = node with { Inputs = [pool.Inputs[0], .. node.Inputs.Skip(1)], Output = pool.Output };
                ordered.Add(pool with { Inputs = [pool.Output], Output = node.Output });
            }
            else
            {
                ordered.Add(node);
            }
        }

        return ordered;
    }

    private static bool Commutes(GraphNode node, IReadOnlyDictionary<string, StoredTensor> constants) => node.Operator switch
    {
        "Relu" => true,
        "BatchNormalization" => constants[node.Inputs[1]].Elements().IndexOfAnyExceptInRange(0, float.MaxValue) < 0,
        _ => false,
    };
}
