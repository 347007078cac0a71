using HubertSharp.Tensors.Kernels.Convolutions;
using TorchSharp;

namespace HubertSharp.Tests.Tensors.Kernels.Convolutions;

/// <summary>Three products for two results give what four give.</summary>
public sealed class NeighbourProductTests
{
    [Theory]
    [InlineData(1, 1, 8, 5)]
    [InlineData(2, 3, 16, 32)]
    [InlineData(7, 2, 33, 70)]
    [InlineData(49, 4, 24, 1)]
    public unsafe void Two_neighbours_make_a_result(int rows, int taps, int depth, int columns)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(rows);
        var (first, second, bias) = (torch.randn(taps * depth, columns), torch.randn(taps * depth, columns), torch.randn(columns));
        using var product = new NeighbourProduct(first, second, bias, taps);
        var apart = depth + 3;
        var rowStride = (long)taps * apart;
        var (end, behind) = ((int)((rows + 1) * rowStride), (int)(2 * TapProduct.TileRows * rowStride));
        var heard = Enumerable.Range(0, end + behind).Select(i => (float)Math.Sin(i * 0.9)).ToArray();
        Array.Fill(heard, float.NaN, end, behind);
        var (results, scratch) = (new float[rows * columns], new float[product.Scratch(rows, rowStride)]);
        Array.Fill(scratch, float.NaN);
        fixed (float* a = heard, c = results, between = scratch)
            product.Run(a, rowStride, apart, rows, c, columns, between);
        var (one, other, offsets) = (TensorAssert.Values(first), TensorAssert.Values(second), TensorAssert.Values(bias));
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                double expected = offsets[column];
                for (var k = 0; k < taps * depth; k++)
                {
                    var at = (row * rowStride) + (k / depth * apart) + (k % depth);
                    var weight = (k * columns) + column;
                    expected += ((double)heard[at] * one[weight]) + ((double)heard[at + rowStride] * other[weight]);
                }
                Assert.Equal(expected, results[(row * columns) + column], 1e-4);
            }
        }
    }
}
