using HubertSharp.Tensors.Kernels;
using HubertSharp.Tensors.Kernels.Recurrent;
using TorchSharp;

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

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(130)]
    public void A_packed_weight_is_what_it_was_to_24_bits(int width)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(width);
        var weight = torch.randn(4 * width, width);
        weight[0].mul_(1e6.ToScalar());
        weight[(2 * width) - 1].zero_();
        using var packed = new PackedGates(weight);
        var rows = TensorAssert.Values(weight);
        var largest = Enumerable.Range(0, 4 * width).Select(row => rows.Skip(row * width).Take(width).Max(Math.Abs)).ToArray();
        foreach (var backwards in (bool[])[false, true])
        {
            for (var i = 0; i < width; i++)
            {
                var before = new float[width];
                before[i] = 1;
                foreach (var gates in Added(packed, before, 1, backwards, to: 0))
                {
                    for (var row = 0; row < 4 * width; row++)
                        Assert.InRange((double)gates[row] - rows[(row * width) + i], -Allowed(row), Allowed(row));
                }
            }
        }

        // half a step of 24 bits, and the roundings of the word and of the product
        double Allowed(int row) => largest[row] * 2.5 * Math.Pow(2, -24);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(37, 3)]
    [InlineData(200, 2)]
    public void Packed_gates_are_multiplied_as_plain_ones_are(int width, int rows)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(width);
        var (weight, before) = (torch.randn(4 * width, width), torch.rand(rows, width));
        using var packed = new PackedGates(weight);
        var expected = TensorAssert.Values(before.@double().mm(weight.@double().t()).@float());
        foreach (var backwards in (bool[])[false, true])
        {
            var found = Added(packed, TensorAssert.Values(before), rows, backwards, to: 1);
            Assert.All(found, gates => Assert.All(expected.Zip(gates), pair => Assert.Equal(pair.First + 1f, pair.Second, 2e-5f)));
            Assert.Equal(found[0], found[^1]); // the processor's vectors are no matter
        }
    }

    /// <summary>What is added to a number, by each kind of vectors that there is; in two parts if there are over 32 units.</summary>
    private static List<float[]> Added(PackedGates packed, float[] before, int rows, bool backwards, float to)
    {
        var all = new List<float[]> { Add<Lanes256>() };
        if (Lanes.AreWide)
            all.Add(Add<Lanes512>());
        return all;

        float[] Add<TLanes>()
            where TLanes : struct, ILanes<TLanes>
        {
            var gates = new float[rows * 4 * packed.Width];
            Array.Fill(gates, to);
            fixed (float* own = gates, from = before)
            {
                var first = Math.Min(32, packed.Width);
                packed.AddTo<TLanes>(own, from, rows, 0, first, backwards);
                if (packed.Width > first)
                    packed.AddTo<TLanes>(own, from, rows, first, packed.Width - first, backwards);
            }
            return gates;
        }
    }
}
