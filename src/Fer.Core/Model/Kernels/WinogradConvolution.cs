using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// A float32 convolution 3x3 with stride 1 whose forward pass and both gradients are Winograd's, for training on the
/// CPU.
/// </summary>
/// <remarks>
/// The algorithm depends only on the shape and CPU features, so that a resumed run equals an uninterrupted one bit for
/// bit, which a measurement at the start could not guarantee. Measured on one core of a Zen 3, see
/// <see cref="TileFor"/>.
/// </remarks>
internal sealed class WinogradConvolution : autograd.SingleTensorFunction<WinogradConvolution>
{
    // Tiles of all images below which transforming the weights takes longer than what it saves.
    private const int FewestTiles = 48;

    private static readonly int[] Tiles = [2, 3, 4];

    public override string Name => nameof(WinogradConvolution);

    /// <summary>Whether the function is the fastest way for an input.</summary>
    public static bool Supports(Tensor input, Tensor weight, long padding) => Fma.IsSupported && CanCompute(input, weight, padding)
        && TilesOf(input, weight, padding, TileFor(input, weight, padding)) >= FewestTiles;

    /// <summary>Whether the function can compute it.</summary>
    public static bool CanCompute(Tensor input, Tensor weight, long padding) =>
        input.dtype == ScalarType.Float32 && input.device.type == TorchSharp.DeviceType.CPU
        && weight.shape[2] == Im2Col.Kernel && padding is 0 or 1
        && weight.shape[1] % Vector256<float>.Count == 0
        && weight.shape[0] % Vector256<float>.Count == 0
        && Im2Col.IsAddressable(input, weight, padding);

    /// <summary>The width of tile with the fewest multiplications, which was the fastest of the three in every shape measured.</summary>
    public static int TileFor(Tensor input, Tensor weight, long padding) => Tiles.MinBy(tile => Multiplications(input, weight, padding, tile));

    /// <summary>Takes input <c>[batch, in, height, width]</c>, weight <c>[out, in, 3, 3]</c>, bias <c>[out]</c> and the padding.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, padding) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (long)vars[3]);
        ctx.save_for_backward([input, weight]);
        ctx.save_data(nameof(padding), padding);
        ctx.save_data(nameof(bias), bias is not null);
        return TileFor(input, weight, padding) switch
        {
            2 => Winograd<WinogradTile2>.Forward(input, weight, bias, padding),
            3 => Winograd<WinogradTile3>.Forward(input, weight, bias, padding),
            _ => Winograd<WinogradTile4>.Forward(input, weight, bias, padding),
        };
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (input, weight, padding) = (saved[0], saved[1], (long)ctx.get_data("padding"));
        var (gradInput, gradWeight) = TileFor(input, weight, padding) switch
        {
            2 => Winograd<WinogradTile2>.Backward(input, weight, grad_output, padding),
            3 => Winograd<WinogradTile3>.Backward(input, weight, grad_output, padding),
            _ => Winograd<WinogradTile4>.Backward(input, weight, grad_output, padding),
        };
        var gradBias = (bool)ctx.get_data("bias") ? grad_output.sum([0, 2, 3]) : null;
        return [gradInput, gradWeight, gradBias!, null!];
    }

    private static int Multiplications(Tensor input, Tensor weight, long padding, int tile)
    {
        var shape = WinogradShape.Of(input, weight, padding, tile);
        return shape.Tiles * shape.Planes;
    }

    private static int TilesOf(Tensor input, Tensor weight, long padding, int tile) =>
        WinogradShape.Of(input, weight, padding, tile).Tiles * (int)input.shape[0];
}
