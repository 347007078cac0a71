using HubertSharp.Distributed;
using HubertSharp.Tests.Training;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed;

/// <summary>What everybody who writes replicas promises: <see cref="Replicas.Alone"/>, and the two of the tests.</summary>
public class ReplicasTests
{
    [Fact]
    public void A_process_alone_is_the_first_of_one_and_its_sums_are_sums_already()
    {
        using var scope = NewDisposeScope();
        Assert.Equal((0, 1, true), (Replicas.Alone.Rank, Replicas.Alone.Count, Replicas.Alone.Writes));
        var gradients = tensor(new[] { 1.5f, -2 });
        Replicas.Alone.Sum(gradients);
        Assert.Equal([1.5f, -2], gradients.data<float>().ToArray());
        Assert.Equal([3, 4.5], Replicas.Alone.Sum([3, 4.5]));
    }

    [Fact]
    public async Task Two_hold_the_same_sums_afterwards_and_one_of_them_writes()
    {
        using var pair = new ToyReplicas.Pair();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() =>
        {
            using var scope = NewDisposeScope();
            var replicas = new ToyReplicas(rank, pair);
            var gradients = tensor(new[] { 1f + rank, 10f * rank });
            replicas.Sum(gradients);
            return (Tensor: gradients.data<float>().ToArray(), Numbers: replicas.Sum([rank, 5.0]), replicas.Writes);
        })));
        Assert.All(both, one => Assert.Equal([3f, 10f], one.Tensor));
        Assert.All(both, one => Assert.Equal([1, 10], one.Numbers));
        Assert.Equal([true, false], both.Select(one => one.Writes));
    }
}
