using HubertSharp.Distributed.Sums;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>The order of sums beside a backward pass; real MPI makes those of MpiTrainingTests.</summary>
public class LayerSumsTests
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
        using var gradients = arange(256, float32);
        var summed = new List<(long From, long Length)>();
        var waited = 0;
        var sums = new LayerSums(gradients, s_layers, layer => summed.Add(((long)layer[0].item<float>(), layer.numel())),
            join =>
            {
                waited++;
                join();
            });
        foreach (var layer in told)
            sums.LayerDone(layer);
        sums.Finish();
        Assert.Equal([(196, 10), (96, 100), (32, 64)], summed);
        Assert.Equal(1, waited);
    }

    [Fact]
    public void No_layer_is_summed_before_it_is_done_and_those_that_are_wait_for_nobody()
    {
        using var gradients = zeros(256);
        using var last = new ManualResetEventSlim();
        var first = false;
        var sums = new LayerSums(gradients, s_layers, layer =>
        {
            if (layer.numel() == 10)
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
        var sums = new LayerSums(gradients, s_layers, _ => throw new InvalidOperationException("no"), join => join());
        Assert.Equal("no", Assert.Throws<InvalidOperationException>(sums.Finish).InnerException!.Message);
    }
}
