using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>Scratch memory for one matrix per transformed position, laid out so that no stride is a large power of two.</summary>
internal sealed unsafe class PlaneMatrices
{
    private const int Line = 16;

    private readonly Tensor _memory;

    /// <summary>Takes the memory from libtorch; the dispose scope frees it.</summary>
    public PlaneMatrices(int planes, int rows, int columns)
    {
        // Addresses 1 KB apart share a few sets of the first-level cache, addresses 4 KB apart one.
        var row = RoundUp(columns, Line);
        Row = row % 256 == 0 ? row + Line : row;
        var plane = RoundUp(rows, MatrixKernels.Rows) * Row;
        Plane = plane / Line % 2 == 0 ? plane + Line : plane;
        _memory = empty(planes * Plane + Line);
        First = Pointer(_memory);
    }

    /// <summary>The first plane.</summary>
    public float* First { get; }

    /// <summary>Floats from row to row.</summary>
    public nint Row { get; }

    /// <summary>Floats from plane to plane.</summary>
    public nint Plane { get; }

    /// <summary>A row of the first plane.</summary>
    public float* RowAt(int index) => First + index * Row;

    /// <summary>The values of a float32 tensor in order of memory.</summary>
    public static float* Pointer(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
