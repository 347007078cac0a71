using HubertSharp.Distributed.Sums;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>The order of sums beside a backward pass; real MPI makes those of MpiTrainingTests.</summary>
public unsafe class LayerSumsTests
{
    private static readonly (long From, long Length)[] s_layers = [(32, 64), (96, 100), (196, 10)];

    /// <summary>Whatever order they are told in: a rank that drops a layer has come to the one before it.</summary>
    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(1)]
    [InlineData(0, 2)]
    [InlineData]
    public void Layers_are_summed_from_the_last_to_the_first(params int[] told)
    {
        using var gradients = zeros(256);
        var start = (nint)TensorPointer.Singles(gradients);
        var summed = new List<(long From, int Length)>();
        var waited = 0;
        var sums = new LayerSums(gradients, s_layers, piece: 64, (place, count) => summed.Add(((place - start) / sizeof(float), count)),
            join =>
            {
                waited++;
                join();
            });
        foreach (var layer in told)
            sums.LayerDone(layer);
        sums.Finish();
        Assert.Equal([(196, 10), (96, 64), (160, 36), (32, 64)], summed);
        Assert.Equal(1, waited);
    }

    [Fact]
    public void No_layer_is_summed_before_it_is_done_and_those_that_are_wait_for_nobody()
    {
        using var gradients = zeros(256);
        var start = (nint)TensorPointer.Singles(gradients);
        using var last = new ManualResetEventSlim();
        var first = false;
        var sums = new LayerSums(gradients, s_layers, piece: 1000, (place, _) =>
        {
            if ((place - start) / sizeof(float) == 196)
                last.Set();
            else
                Volatile.Write(ref first, true);
        }, join => join());
        sums.LayerDone(2);
        Assert.True(last.Wait(Patience.Long));
        Assert.False(Volatile.Read(ref first));
        sums.Finish();
        Assert.True(first);
    }

    [Fact]
    public void A_sum_that_fails_is_told_where_the_others_are_waited_for()
    {
        using var gradients = zeros(256);
        var sums = new LayerSums(gradients, s_layers, 1000, (_, _) => throw new InvalidOperationException("no"), join => join());
        Assert.Equal("no", Assert.Throws<InvalidOperationException>(sums.Finish).InnerException!.Message);
    }
}
