using HubertSharp.Tensors.Kernels;
using HubertSharp.Tensors.Kernels.Recurrent;

namespace HubertSharp.Tests.Tensors.Kernels.Recurrent;

/// <summary>What an LSTM's steps are made of, against plain arithmetic; the LSTM itself against torch's: LstmDirectionTests.</summary>
public sealed unsafe class RecurrentKernelTests
{
    [Fact]
    public void Gates_are_sigmoid_and_tanh_everywhere()
    {
        var (at, found) = (new float[Lanes.Width], new float[Lanes.Width]);
        foreach (var x in (float[])[0, 1e-20f, 1e-6f, -1e-3f, 0.2499f, 0.25f, -0.2501f, 0.9f, -3, 7, -12, 40, -100, 1e30f, -1e30f])
        {
            Array.Fill(at, x);
            fixed (float* from = at, to = found)
            {
                Gate.Sigmoid(Lanes256.Load(from)).Store(to);
                Assert.InRange(found[0], (1 / (1 + Math.Exp(-(double)x))) - 2e-7, (1 / (1 + Math.Exp(-(double)x))) + 2e-7);
                Gate.Tanh(Lanes256.Load(from)).Store(to);
                Assert.InRange(found[0], Math.Tanh(x) - (2e-7 * Math.Abs(Math.Tanh(x))) - 1e-37,
                    Math.Tanh(x) + (2e-7 * Math.Abs(Math.Tanh(x))) + 1e-37);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(37)]
    public void Four_rows_are_multiplied_as_one_is(int length)
    {
        var random = new Random(length);
        float[] Drawn(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
        var (rows, vector, sums) = (Drawn(4 * length), Drawn(length), new float[4]);
        fixed (float* matrix = rows, x = vector, four = sums)
        {
            RowDots.Four<Lanes256>(matrix, length, ahead: 0, x, length, four);
            for (var row = 0; row < 4; row++)
            {
                Assert.Equal(RowDots.One(matrix + (row * length), x, length), sums[row], 1e-5);
                Assert.Equal(Enumerable.Range(0, length).Sum(i => (double)rows[(row * length) + i] * vector[i]), sums[row], 1e-5);
            }
        }
    }
}
