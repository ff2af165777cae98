using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>A convolution 3x3 with stride 1 in tiles of some width.</summary>
/// <param name="Batch">Images.</param>
/// <param name="Height">Of the input.</param>
/// <param name="Width">Of the input.</param>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Padding">Zeros around the input.</param>
/// <param name="Tile">Outputs of a tile in one dimension.</param>
internal readonly record struct WinogradShape(int Batch, int Height, int Width, int Inputs, int Outputs, int Padding, int Tile)
{
    public int OutputHeight => Height + 2 * Padding - 2;

    public int OutputWidth => Width + 2 * Padding - 2;

    public int TilesDown { get; } = (Height + 2 * Padding - 2 + Tile - 1) / Tile;

    public int TilesAcross { get; } = (Width + 2 * Padding - 2 + Tile - 1) / Tile;

    /// <summary>Tiles of an image.</summary>
    public int Tiles => TilesDown * TilesAcross;

    /// <summary>Transformed values of a tile and channel.</summary>
    public int Planes => (Tile + 2) * (Tile + 2);

    public static WinogradShape Of(Tensor input, Tensor weight, long padding, int tile) => new(
        (int)input.shape[0], (int)input.shape[2], (int)input.shape[3], (int)weight.shape[1], (int)weight.shape[0], (int)padding, tile);
}
