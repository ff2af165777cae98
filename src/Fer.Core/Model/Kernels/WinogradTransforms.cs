using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Fer.Core.Model.Kernels;

/// <summary>The two-dimensional transforms of the maps of one image, channels last, eight channels at a time.</summary>
/// <remarks>
/// A tile's (m + 2) squared transformed values lie in as many planes, each a matrix with one row per tile, so that the
/// rest of the convolution is one matrix product per plane.
/// </remarks>
internal static unsafe partial class WinogradTransforms<TTile>
    where TTile : struct, IWinogradTile
{
    // The vectors of a tile, aligned.
    private const int Room = 36 * 8 + 8;

    private static int Outputs => TTile.Outputs;

    private static int Side => TTile.Outputs + 2;

    /// <summary>B^T d B of each tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float* image, in WinogradShape shape, float* planes, nint plane, nint row)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        for (var ty = 0; ty < shape.TilesDown; ty++)
        {
            for (var tx = 0; tx < shape.TilesAcross; tx++, planes += row)
            {
                var (top, left) = (ty * Outputs - shape.Padding, tx * Outputs - shape.Padding);
                var (low, high) = (Math.Max(0, -left), Math.Min(Side, shape.Width - left));
                for (var c = 0; c < shape.Inputs; c += 8)
                {
                    var from = image + ((nint)top * shape.Width + left) * shape.Inputs + c;
                    for (var i = 0; i < Side; i++, from += (nint)shape.Width * shape.Inputs)
                    {
                        Load(tile + i * Side, from, shape.Inputs, low, (uint)(top + i) < (uint)shape.Height ? high : low, Side);
                        TTile.Input(tile + i * Side, 1);
                    }

                    for (var j = 0; j < Side; j++)
                    {
                        TTile.Input(tile + j, Side);
                    }

                    StorePlanes(tile, planes + c, plane);
                }
            }
        }
    }

    /// <summary>A^T m A of each tile, and the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* planes, nint plane, nint row, in WinogradShape shape, float* bias, float* image)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        for (var ty = 0; ty < shape.TilesDown; ty++)
        {
            for (var tx = 0; tx < shape.TilesAcross; tx++, planes += row)
            {
                var (top, left) = (ty * Outputs, tx * Outputs);
                var (down, across) = (Math.Min(Outputs, shape.OutputHeight - top), Math.Min(Outputs, shape.OutputWidth - left));
                for (var k = 0; k < shape.Outputs; k += 8)
                {
                    LoadPlanes(tile, planes + k, plane);
                    for (var j = 0; j < Side; j++)
                    {
                        TTile.Output(tile + j, Side);
                    }

                    var offset = bias is null ? V.Zero : Vector256.Load(bias + k);
                    for (var i = 0; i < down; i++)
                    {
                        TTile.Output(tile + i * Side, 1);
                        var to = image + ((nint)(top + i) * shape.OutputWidth + left) * shape.Outputs + k;
                        for (var j = 0; j < across; j++, to += shape.Outputs)
                        {
                            (tile[i * Side + j] + offset).Store(to);
                        }
                    }
                }
            }
        }
    }

    /// <summary>G g G^T of the weights of 16 columns, in order for <see cref="MatrixKernels.Multiply"/>.</summary>
    /// <param name="weight">The weights of the first column and depth 0, nine in a row.</param>
    /// <param name="column">Floats from column to column.</param>
    /// <param name="step">Floats from depth to depth.</param>
    /// <param name="depth">Rows of the matrix.</param>
    /// <param name="columns">Columns that there are, up to 16; the rest is zero.</param>
    /// <param name="panel">The first plane's panel.</param>
    /// <param name="plane">Floats from plane to plane.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* weight, nint column, nint step, int depth, int columns, float* panel, nint plane)
    {
        var memory = stackalloc float[Room];
        var tile = Aligned(memory);
        var values = stackalloc float[9 * MatrixKernels.Columns];
        new Span<float>(values, 9 * MatrixKernels.Columns).Clear();
        for (var d = 0; d < depth; d++, weight += step, panel += MatrixKernels.Columns)
        {
            for (var l = 0; l < columns; l++)
            {
                for (var r = 0; r < 9; r++)
                {
                    values[r * MatrixKernels.Columns + l] = weight[l * column + r];
                }
            }

            for (var half = 0; half < MatrixKernels.Columns; half += 8)
            {
                for (var i = 0; i < 3; i++)
                {
                    for (var j = 0; j < 3; j++)
                    {
                        tile[i * Side + j] = Vector256.Load(values + (3 * i + j) * MatrixKernels.Columns + half);
                    }

                    TTile.Weight(tile + i * Side, 1);
                }

                for (var j = 0; j < Side; j++)
                {
                    TTile.Weight(tile + j, Side);
                }

                StorePlanes(tile, panel + half, plane);
            }
        }
    }

    /// <summary>A row of pixels; zero outside of <paramref name="low"/> to <paramref name="high"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(V* to, float* from, nint step, int low, int high, int count)
    {
        for (var j = 0; j < count; j++)
        {
            to[j] = j >= low && j < high ? Vector256.Load(from + j * step) : V.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadPlanes(V* tile, float* from, nint plane)
    {
        for (var i = 0; i < Side * Side; i++, from += plane)
        {
            tile[i] = Vector256.Load(from);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePlanes(V* tile, float* to, nint plane)
    {
        for (var i = 0; i < Side * Side; i++, to += plane)
        {
            tile[i].Store(to);
        }
    }

    private static V* Aligned(float* memory) => (V*)(((nuint)memory + 31) & ~(nuint)31);
}
