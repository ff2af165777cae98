using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// Products of small float32 matrices in pieces of 6 by 16 results, which twelve of the sixteen registers hold
/// (Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication").
/// </summary>
internal static unsafe class MatrixKernels
{
    /// <summary>Rows of a piece.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a piece.</summary>
    public const int Columns = 16;

    // Steps of the reduction after which the results go to memory: six rows and a panel stay in the first-level cache.
    private const int Depth = 384;

    /// <summary><c>c = a b</c>.</summary>
    /// <param name="a"><c>[rows, depth]</c>, rows a multiple of six.</param>
    /// <param name="lda">Floats from row to row.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="panels">b in panels of 16 columns, each <c>[depth, 16]</c>.</param>
    /// <param name="depth">Columns of a, rows of b.</param>
    /// <param name="columns">Columns of b and c, rounded up to a multiple of 16.</param>
    /// <param name="c"><c>[rows, columns]</c>.</param>
    /// <param name="ldc">Floats from row to row.</param>
    public static void Multiply(float* a, nint lda, int rows, float* panels, int depth, int columns, float* c, nint ldc)
    {
        var parts = (depth + Depth - 1) / Depth;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = (depth * part / parts, depth * (part + 1) / parts);
            for (var column = 0; column < columns; column += Columns)
            {
                var panel = panels + (nint)depth * column + from * Columns;
                for (var row = 0; row < rows; row += Rows)
                {
                    Microkernel(a + row * lda + from, lda, 1, panel, Columns, to - from, c + row * ldc + column, ldc, part > 0);
                }
            }
        }
    }

    /// <summary><c>c = a^T b</c>, or that added to c.</summary>
    /// <param name="a"><c>[depth, rows]</c>; up to five floats behind a row are read.</param>
    /// <param name="lda">Floats from row to row.</param>
    /// <param name="rows">Columns of a; c has room for the next multiple of six.</param>
    /// <param name="b"><c>[depth, columns]</c>.</param>
    /// <param name="ldb">Floats from row to row.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="depth">Rows of a and b.</param>
    /// <param name="c"><c>[rows, columns]</c>.</param>
    /// <param name="ldc">Floats from row to row.</param>
    /// <param name="adds">Whether c keeps what it holds.</param>
    public static void MultiplyTransposed(float* a, nint lda, int rows, float* b, nint ldb, int columns, int depth, float* c, nint ldc, bool adds)
    {
        var memory = stackalloc float[Depth * Columns + 8];
        var panel = (float*)(((nuint)memory + 31) & ~(nuint)31);
        for (var from = 0; from < depth; from += Depth)
        {
            var count = Math.Min(Depth, depth - from);
            for (var column = 0; column < columns; column += Columns)
            {
                for (var i = 0; i < count; i++)
                {
                    var source = b + (from + i) * ldb + column;
                    Vector256.Load(source).Store(panel + i * Columns);
                    Vector256.Load(source + 8).Store(panel + i * Columns + 8);
                }

                for (var row = 0; row < rows; row += Rows)
                {
                    Microkernel(a + from * lda + row, 1, lda, panel, Columns, count, c + row * ldc + column, ldc, adds || from > 0);
                }
            }
        }
    }

    /// <summary>Six rows by 16 columns: a's element of row r and step p is at <c>a[r * row + p * step]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Microkernel(float* a, nint row, nint step, float* b, nint ldb, int depth, float* c, nint ldc, bool adds)
    {
        V c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = V.Zero;
        float* a1 = a + row, a2 = a1 + row, a3 = a2 + row, a4 = a3 + row, a5 = a4 + row;
        nint at = 0;
        for (var p = 0; p < depth; p++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var value = Vector256.Create(a[at]);
            c00 = Vector256.MultiplyAddEstimate(value, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(value, b1, c01);
            value = Vector256.Create(a1[at]);
            c10 = Vector256.MultiplyAddEstimate(value, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(value, b1, c11);
            value = Vector256.Create(a2[at]);
            c20 = Vector256.MultiplyAddEstimate(value, b0, c20);
            c21 = Vector256.MultiplyAddEstimate(value, b1, c21);
            value = Vector256.Create(a3[at]);
            c30 = Vector256.MultiplyAddEstimate(value, b0, c30);
            c31 = Vector256.MultiplyAddEstimate(value, b1, c31);
            value = Vector256.Create(a4[at]);
            c40 = Vector256.MultiplyAddEstimate(value, b0, c40);
            c41 = Vector256.MultiplyAddEstimate(value, b1, c41);
            value = Vector256.Create(a5[at]);
            c50 = Vector256.MultiplyAddEstimate(value, b0, c50);
            c51 = Vector256.MultiplyAddEstimate(value, b1, c51);
            at += step;
            b += ldb;
        }

        Put(c, c00, c01, adds);
        Put(c + ldc, c10, c11, adds);
        Put(c + 2 * ldc, c20, c21, adds);
        Put(c + 3 * ldc, c30, c31, adds);
        Put(c + 4 * ldc, c40, c41, adds);
        Put(c + 5 * ldc, c50, c51, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, V low, V high, bool adds)
    {
        if (adds)
        {
            low += Vector256.Load(c);
            high += Vector256.Load(c + 8);
        }

        low.Store(c);
        high.Store(c + 8);
    }
}
