using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration.Groups;
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
        Assert.Equal((byte[])[3, 4], Assert.Single(Replicas.Alone.Gather([3, 4])));
        Replicas.Alone.SumPaired(gradients);
        Assert.Equal([1.5f, -2], gradients.data<float>().ToArray());
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
            var paired = gradients.clone();
            replicas.Sum(gradients);
            replicas.SumPaired(paired);
            return (Tensor: gradients.data<float>().ToArray(), Paired: paired.data<float>().ToArray(),
                Said: replicas.Gather([(byte)rank]), replicas.Writes);
        })));
        Assert.All(both, one => Assert.Equal([3f, 10f], one.Tensor));
        Assert.All(both, one => Assert.Equal([3f, 10f], one.Paired));
        Assert.All(both, one => Assert.Equal([0, 1], one.Said.Select(said => (int)said[0])));
        Assert.Equal([true, false], both.Select(one => one.Writes));
    }

    /// <summary>Whoever trains on one machine needs no MPI.</summary>
    [Fact]
    public void Without_a_launcher_no_library_of_MPI_is_loaded()
    {
        using var folder = new TemporaryFolder();
        Assert.Same(Replicas.Alone, MpiReplicas.Join(world: null, new DistributedTrainingConfig(), folder.FullName, _ => { }));
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains("libmpi", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }
}
