using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fer.Core.Model.Kernels;

/// <summary>The adjoints of the transforms, from which the gradients come.</summary>
internal static unsafe partial class WinogradTransforms<TTile>
{
    /// <summary>B d B^T of each tile, added to the image, which is cleared first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputAdjoint(float* planes, nint plane, nint row, in WinogradShape shape, float* image)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        new Span<float>(image, shape.Height * shape.Width * shape.Inputs).Clear();
        for (var ty = 0; ty < shape.TilesDown; ty++)
        {
            for (var tx = 0; tx < shape.TilesAcross; tx++, planes += row)
            {
                var (top, left) = (ty * Outputs - shape.Padding, tx * Outputs - shape.Padding);
                var (low, high) = (Math.Max(0, -left), Math.Min(Side, shape.Width - left));
                for (var c = 0; c < shape.Inputs; c += 8)
                {
                    LoadPlanes(tile, planes + c, plane);
                    for (var j = 0; j < Side; j++)
                    {
                        TTile.InputAdjoint(tile + j, Side);
                    }

                    for (var i = Math.Max(0, -top); i < Math.Min(Side, shape.Height - top); i++)
                    {
                        TTile.InputAdjoint(tile + i * Side, 1);
                        var to = image + ((nint)(top + i) * shape.Width + left) * shape.Inputs + c;
                        for (var j = low; j < high; j++)
                        {
                            (Vector256.Load(to + (nint)j * shape.Inputs) + tile[i * Side + j]).Store(to + (nint)j * shape.Inputs);
                        }
                    }
                }
            }
        }
    }

    /// <summary>A g A^T of each tile of the output's gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputAdjoint(float* image, in WinogradShape shape, float* planes, nint plane, nint row)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        for (var ty = 0; ty < shape.TilesDown; ty++)
        {
            for (var tx = 0; tx < shape.TilesAcross; tx++, planes += row)
            {
                var (top, left) = (ty * Outputs, tx * Outputs);
                var across = Math.Min(Outputs, shape.OutputWidth - left);
                for (var k = 0; k < shape.Outputs; k += 8)
                {
                    var from = image + ((nint)top * shape.OutputWidth + left) * shape.Outputs + k;
                    for (var i = 0; i < Outputs; i++, from += (nint)shape.OutputWidth * shape.Outputs)
                    {
                        Load(tile + i * Side, from, shape.Outputs, 0, top + i < shape.OutputHeight ? across : 0, Outputs);
                        TTile.OutputAdjoint(tile + i * Side, 1);
                    }

                    for (var j = 0; j < Side; j++)
                    {
                        TTile.OutputAdjoint(tile + j, Side);
                    }

                    StorePlanes(tile, planes + k, plane);
                }
            }
        }
    }

    /// <summary>G^T u G: the gradient of the weights of one input channel.</summary>
    /// <param name="planes">The row of the channel in the first plane: one float per output channel.</param>
    /// <param name="plane">Floats from plane to plane.</param>
    /// <param name="outputs">Output channels, a multiple of eight.</param>
    /// <param name="weight">The first output channel's nine weights of the channel.</param>
    /// <param name="step">Floats from output channel to output channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightsAdjoint(float* planes, nint plane, int outputs, float* weight, nint step)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        for (var k = 0; k < outputs; k += 8)
        {
            LoadPlanes(tile, planes + k, plane);
            for (var j = 0; j < Side; j++)
            {
                TTile.WeightAdjoint(tile + j, Side);
            }

            for (var i = 0; i < 3; i++)
            {
                TTile.WeightAdjoint(tile + i * Side, 1);
                for (var j = 0; j < 3; j++)
                {
                    var lanes = (float*)(tile + i * Side + j);
                    for (var l = 0; l < 8; l++)
                    {
                        weight[(k + l) * step + 3 * i + j] = lanes[l];
                    }
                }
            }
        }
    }
}
