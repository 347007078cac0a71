using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>One product for each result.</summary>
/// <param name="weight">[N, I, J].</param>
/// <param name="bias">[N].</param>
/// <param name="dilation">Frames from a tap to the next.</param>
internal sealed unsafe class PlainProduct(Tensor weight, Tensor bias, int dilation) : WindowProduct
{
    private readonly PackedTaps _matrix = PackedTaps.Of(weight, bias);

    public override int Columns => _matrix.Columns;

    public override long Scratch(int rows, long rowStride) => 0;

    public override void Run(float* a, long rowStride, long apart, int rows, float* c, long resultApart, float* scratch) =>
        TapProduct.Run(_matrix, a, rowStride, apart * dilation, rows, c, resultApart);

    public override void Dispose() => _matrix.Dispose();
}
