using HubertSharp.Distributed.Nccl;
using HubertSharp.Distributed.Sums;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Nccl;

/// <summary>Ranks that are threads, joined by the NCCL of the tests.</summary>
internal static class NcclRanks
{
    /// <summary>What each rank comes to, in the order of the ranks.</summary>
    public static T[] Run<T>(int count, Func<int, NcclCommunicator, T> work)
    {
        var id = NcclCommunicator.NewId(FakeNccl.Calls, "a test");
        var found = new T[count];
        var faults = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                found[rank] = work(rank, NcclCommunicator.Join(FakeNccl.Calls, id, rank, count, $"rank {rank} on node{rank}"));
            }
            catch (Exception e)
            {
                faults[rank] = e;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return faults.OfType<Exception>().FirstOrDefault() is { } fault
            ? throw new InvalidOperationException("a rank failed", fault)
            : found;
    }

    /// <summary>The same with sums.</summary>
    /// <param name="count">Ranks.</param>
    /// <param name="piece">Numbers that travel together.</param>
    /// <param name="wire">Their type.</param>
    /// <param name="work">Of each rank.</param>
    /// <param name="grain">Numbers that are computed with at a time.</param>
    public static T[] Sum<T>(int count, int piece, ScalarType wire, Func<int, GradientSums, T> work, int grain = int.MaxValue) =>
        Run(count, (rank, communicator) =>
        {
            using var scope = NewDisposeScope();
            using var sums = new GradientSums(rank, count, new NcclMover(communicator, DeviceType.CPU), piece, new WireFormat(wire),
                (_, _, call) => call(), grain);
            return work(rank, sums);
        });
}
