using HubertSharp.Tensors.Kernels.Convolutions;
using TorchSharp;

namespace HubertSharp.Tests.Tensors.Kernels.Convolutions;

/// <summary>Convolutions as products, and the activations between them, against plain loops in double precision.</summary>
public sealed class TapProductTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(13, 7, 1, 64, 1, 1)] // taps of one number each, one behind the other
    [InlineData(25, 3, 40, 37, 2, 3)]
    [InlineData(12, 2, 16, 32, 1, 1)]
    [InlineData(24, 4, 33, 96, 2, 1)]
    [InlineData(31, 3, 24, 1, 1, 2)] // a single column
    [InlineData(5, 2, 70, 3, 3, 1)]
    [InlineData(7, 2, 5, 4, 1, 1)]
    public unsafe void A_product_is_the_convolution(int rows, int taps, int depth, int columns, int stride, int dilation)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(rows + columns);
        const int gap = 5;
        foreach (var apart in (int[])[depth, depth + gap])
        {
            var (matrix, bias) = (torch.randn(taps * depth, columns), torch.randn(columns));
            using var packed = new PackedTaps(matrix, bias, taps);
            var length = ((rows + TapProduct.TileRows) * stride) + (taps * dilation);
            var heard = Enumerable.Range(0, length * apart).Select(i => (float)Math.Sin(i * 0.7)).ToArray();
            // what lies behind the last row, and between results, is nobody's
            var last = (((rows - 1) * stride) + ((taps - 1) * dilation) + 1) * apart;
            Array.Fill(heard, float.NaN, last, heard.Length - last);
            var results = new float[rows * (columns + gap)];
            Array.Fill(results, -7);
            fixed (float* a = heard, c = results)
                TapProduct.Run(packed, a, stride * apart, dilation * apart, rows, c, columns + gap);
            var (weights, offsets) = (TensorAssert.Values(matrix), TensorAssert.Values(bias));
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns + gap; column++)
                {
                    double expected = column < columns ? offsets[column] : -7;
                    for (var k = 0; column < columns && k < taps * depth; k++)
                    {
                        var at = (((row * stride) + (k / depth * dilation)) * apart) + (k % depth);
                        expected += (double)heard[at] * weights[(k * columns) + column];
                    }
                    Assert.Equal(expected, results[(row * (columns + gap)) + column], 1e-4);
                }
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.3f)]
    [InlineData(40f)]
    public unsafe void Activations_are_theirs(float? alpha)
    {
        using var scope = torch.NewDisposeScope();
        float[] row =
        [
            0, -0f, 1e-4f, -1e-4f, 0.5f, -0.5f, 3, -3, 30, -30, 200, -200, float.NaN,
            .. Enumerable.Range(-40, 81).Select(i => i * 0.0391f),
        ];
        var activation = new RowActivation(alpha is { } a ? torch.full([1, row.Length, 1], a) : null);
        var found = (float[])row.Clone();
        fixed (float* place = found)
            activation.Run(place, place, row.Length);
        foreach (var (x, y) in row.Zip(found))
        {
            var expected = alpha is { } own ? x + (Math.Pow(Math.Sin((double)(own * x)), 2) / own) : x > 0 ? x : Math.Exp(x) - 1;
            Assert.True(
                Math.Abs(expected - y) <= 1e-6 * Math.Max(1, Math.Abs(expected)) || (float.IsNaN(x) && float.IsNaN(y)), $"{x}: {y}");
        }
    }
}
