using HubertSharp.Runs;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using TorchSharp;

namespace HubertSharp.Tests.Tensors.Kernels;

/// <summary>The vector kernels against plain loops in double.</summary>
public class KernelTests
{
    [Fact]
    public void Gelu_and_its_slope_are_the_exact_ones()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.linspace(-12, 12, 100_003);
        var exact = x.to_type(torch.float64).requires_grad_(true);
        var expected = torch.nn.functional.gelu(exact);
        expected.sum().backward();
        var activation = torch.empty_like(x);
        Gelu.Forward(x, activation);
        TensorAssert.Near(TensorAssert.Values(expected), TensorAssert.Values(activation), 1e-6, "gelu");
        var slope = x.clone();
        Gelu.BackwardInto(slope, torch.ones_like(x));
        TensorAssert.Near(TensorAssert.Values(exact.grad!), TensorAssert.Values(slope), 1e-6, "slope");
    }

    [Fact]
    public void Gelu_keeps_nan_and_infinity()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { float.NaN, float.PositiveInfinity, 0f });
        var activation = torch.empty_like(x);
        Gelu.Forward(x, activation);
        var values = TensorAssert.Values(activation);
        Assert.True(float.IsNaN(values[0]));
        Assert.Equal(float.PositiveInfinity, values[1]);
        Assert.Equal(0, values[2]);
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32, 0.1)]
    [InlineData(torch.ScalarType.BFloat16, 0.37)]
    public void Dropout_drops_its_share_and_scales_the_rest(torch.ScalarType type, double rate)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.ones(400_013).to_type(type).requires_grad_(true);
        var y = Dropout.Apply(x, rate, 5);
        var values = TensorAssert.Values(y);
        var dropped = values.Count(v => v == 0) / (double)values.Length;
        Assert.Equal(rate, dropped, 4 * Math.Sqrt(rate * (1 - rate) / values.Length));
        Assert.All(values, v => Assert.True(v == 0 || Math.Abs(v - 1 / (1 - rate)) < 0.01));
        y.sum().backward();
        Assert.Equal(values, TensorAssert.Values(x.grad!));
        Assert.Equal(values, TensorAssert.Values(Dropout.Apply(x, rate, 5)));
        Assert.NotEqual(values, TensorAssert.Values(Dropout.Apply(x, rate, 6)));
        Assert.All(TensorAssert.Values(Dropout.Apply(x, 1, 5)), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Dropout_of_a_tensor_does_not_depend_on_its_length()
    {
        using var scope = torch.NewDisposeScope();
        var whole = TensorAssert.Values(Dropout.Apply(torch.ones(200_000), 0.5, 1));
        var part = TensorAssert.Values(Dropout.Apply(torch.ones(70_001), 0.5, 1));
        Assert.Equal(whole[..part.Length], part);
        // neighbours are not alike
        Assert.Equal(0.5, whole.Zip(whole.Skip(1), (a, b) => a == b ? 1.0 : 0).Average(), 0.01);
    }

    [Fact]
    public void Sum_of_squares_is_exact_in_double()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.full(700_001, 0.1f);
        Assert.Equal(700_001 * (double)0.1f * 0.1f, SumOfSquares.Of(x), 1e-6);
    }

    [Fact]
    public void Team_calls_every_part_once_and_passes_faults_on()
    {
        var calls = new int[1000];
        CpuTeam.Run(calls.Length, part => Interlocked.Increment(ref calls[part]));
        Assert.All(calls, count => Assert.Equal(1, count));
        Assert.Throws<InvalidOperationException>(() => CpuTeam.Run(8, part => throw new InvalidOperationException()));
    }

    [Fact]
    public void Brain_rounds_to_nearest_even_like_torch()
    {
        using var scope = torch.NewDisposeScope();
        var random = new SeededRandom(4);
        var values = Enumerable.Range(0, 64).Select(_ => (float)(random.NextNormal() * Math.Pow(10, random.Below(30) - 15)))
            .Append(1 + 1f / 256).Append(1 + 3f / 256).ToArray();
        var expected = TensorAssert.Values(torch.tensor(values).to_type(torch.bfloat16));
        Assert.Equal(expected, values.Select(Round));

        static unsafe float Round(float value)
        {
            ushort bits;
            Brain.Store1(value, &bits);
            return Brain.Load1(&bits);
        }
    }
}
