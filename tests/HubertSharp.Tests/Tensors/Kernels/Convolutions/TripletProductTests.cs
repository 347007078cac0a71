using HubertSharp.Tensors.Kernels.Convolutions;
using TorchSharp;

namespace HubertSharp.Tests.Tensors.Kernels.Convolutions;

/// <summary>Four products for two results of three taps give what six give.</summary>
public sealed class TripletProductTests
{
    [Theory]
    [InlineData(1, 3, 16, 20)]
    [InlineData(2, 3, 8, 5)]
    [InlineData(13, 4, 33, 70)]
    [InlineData(9, 5, 512, 1)] // rows that would lie a page apart
    [InlineData(50, 7, 24, 40)]
    public unsafe void Triplets_of_taps_make_a_result(int rows, int taps, int channels, int columns)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(rows);
        var (weight, bias) = (torch.randn(columns, channels, taps), torch.randn(columns));
        using var product = new TripletProduct(weight, bias);
        Assert.Equal(columns, product.Columns);
        var apart = channels + 3;
        var (end, behind) = ((rows + taps - 1) * apart, 2 * TapProduct.TileRows * apart);
        var heard = Enumerable.Range(0, end + behind).Select(i => (float)Math.Sin(i * 0.9)).ToArray();
        Array.Fill(heard, float.NaN, end, behind);
        var (results, scratch) = (new float[rows * (columns + 1)], new float[product.Scratch(rows, apart)]);
        Array.Fill(scratch, float.NaN);
        fixed (float* a = heard, c = results, between = scratch)
            product.Run(a, apart, apart, rows, c, columns + 1, between);
        var (weights, offsets) = (TensorAssert.Values(weight), TensorAssert.Values(bias));
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                double expected = offsets[column];
                for (var k = 0; k < taps * channels; k++)
                    expected += (double)heard[((row + (k % taps)) * apart) + (k / taps)] * weights[(column * taps * channels) + k];
                Assert.Equal(expected, results[(row * (columns + 1)) + column], 1e-4);
            }
            Assert.Equal(0, results[(row * (columns + 1)) + columns]);
        }
    }
}
