using System.Runtime.Intrinsics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Tensors;

/// <summary>
/// Matrix products by the fastest library for their type. torch sends float32 products to MKL, which keeps to AVX2 on processors
/// that are not Intel's; as a convolution of width 1 the same product goes to oneDNN: over twice as fast where AVX-512 is whole.
/// Without AVX-512, MKL is as fast, and takes any strides without a copy.
/// </summary>
internal static class Products
{
    /// <summary>
    /// With one thread torch keeps convolutions of width 1 from oneDNN, unless they are dilated, which means nothing for one tap.
    /// </summary>
    private static readonly long[] Dilation = [2, 2];

    /// <summary>Whether a product of this type is best left to torch's own <c>mm</c> and <c>addmm</c>.</summary>
    public static bool AreTorchs(ScalarType type) => type != ScalarType.Float32 || !Vector512.IsHardwareAccelerated;

    /// <summary>a · bᵀ, in the caller's dispose scope.</summary>
    /// <param name="a">[M, K].</param>
    /// <param name="b">[N, K].</param>
    /// <returns>[M, N].</returns>
    public static Tensor Transposed(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        if (AreTorchs(a.dtype) || a.device_type != TorchSharp.DeviceType.CPU)
            return a.mm(b.t()).MoveToOuterDisposeScope();
        var (rows, depth, columns) = (a.size(0), a.size(1), b.size(0)); // shape would leave a delegate for the finalizer each time
        var image = a.reshape(1, rows, 1, depth).permute(0, 3, 1, 2); // [1, K, M, 1], channels last
        return F.conv2d(image, b.reshape(columns, depth, 1, 1), dilation: Dilation).permute(0, 2, 3, 1).reshape(rows, columns)
            .MoveToOuterDisposeScope();
    }

    /// <summary>a · b, in the caller's dispose scope.</summary>
    /// <param name="a">[M, K].</param>
    /// <param name="b">[K, N].</param>
    public static Tensor Of(Tensor a, Tensor b) => Transposed(a, b.t());
}
