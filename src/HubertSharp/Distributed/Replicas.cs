using HubertSharp.Distributed.Sums;
using static TorchSharp.torch;

namespace HubertSharp.Distributed;

/// <summary>
/// The processes that train one run together. They differ in three places: each takes its share of an update's micro-batches, all sum
/// up gradients and scores before anybody changes weights, and the first alone writes the run folder. <see cref="Alone"/> is a single
/// process: its share is everything, and its sums are sums already. Every call but <see cref="Doing"/> is one that all of them make, in
/// the same order and from the same thread.
/// </summary>
internal class Replicas : IDisposable
{
    private const int ShownRanks = 4;

    protected Replicas(int rank, int count) => (Rank, Count) = (rank, count);

    public static Replicas Alone { get; } = new(rank: 0, count: 1);

    /// <summary>Which of them this process is, from 0.</summary>
    public int Rank { get; }

    public int Count { get; }

    /// <summary>Whether this process writes the run folder and talks.</summary>
    public bool Writes => Rank == 0;

    /// <summary>How they were started and what moves their data, for the log; null for one process.</summary>
    public virtual string? Description => null;

    /// <summary>The machine that a rank runs on.</summary>
    public virtual string HostOf(int rank) => Environment.MachineName;

    /// <summary>Ranks with their machines, for a message: the first few, and how many more there are.</summary>
    public string NamesOf(IReadOnlyList<int> ranks) =>
        string.Join(", ", ranks.Take(ShownRanks).Select(rank => $"rank {rank} on {HostOf(rank)}"))
            + (ranks.Count > ShownRanks ? $" and {ranks.Count - ShownRanks} more" : "");

    /// <summary>How long this process was in calls to the others so far, which move data and wait.</summary>
    public virtual TimeSpan Waited => TimeSpan.Zero;

    /// <summary>Sums a contiguous float32 tensor of the same shape over all processes, in place, in whatever order is fast.</summary>
    public virtual void Sum(Tensor tensor)
    {
    }

    /// <summary>The same of gradients, which may be rounded on the way (<c>distributed_training.ddp_comm_hook</c>).</summary>
    public virtual void SumGradients(Tensor tensor) => Sum(tensor);

    /// <summary>Begins to sum layers beside the backward pass that completes them; null where that does not pay.</summary>
    /// <param name="gradients">Flat.</param>
    /// <param name="layers">Places within them, one behind the other.</param>
    /// <param name="paired">As <see cref="SumPaired"/> does, and not in whatever order is fast.</param>
    public virtual LayerSums? Beside(Tensor gradients, IReadOnlyList<(long From, long Length)> layers, bool paired) => null;

    /// <summary>When a part's gradients are summed, in words that follow 'are summed'; null where there is nothing to say.</summary>
    /// <param name="gradients">Flat.</param>
    /// <param name="layers">How many layers a backward pass completes one after the other.</param>
    public virtual string? WhenSummed(Tensor gradients, int layers) => null;

    /// <summary>What each of them says, in the order of their ranks.</summary>
    public virtual byte[][] Gather(byte[] mine) => [mine];

    /// <summary>What each of them has, in the order of their ranks; only the first gets it.</summary>
    public virtual float[][] ToFirst(float[] mine) => [mine];

    /// <summary>
    /// Sums a contiguous float32 tensor over all processes, in place, where there are 1, 2, 4, 8 ... of them: neighbours first, then those
    /// two apart, four apart and so on (<see cref="MicroBatchTree"/>), so that the last bit is known.
    /// </summary>
    public virtual void SumPaired(Tensor tensor)
    {
    }

    /// <summary>How many of a tensor's numbers this process has to sum up by itself, where there is another number of processes.</summary>
    public virtual long SliceOf(long numbers) => numbers;

    /// <summary>Hands every process its numbers of what the first processes have.</summary>
    /// <param name="mine">Flat float32, of the same size everywhere; not looked at beyond those that have one.</param>
    /// <param name="given">For each of those: <see cref="SliceOf"/> numbers in host memory, which are set.</param>
    public virtual void Slice(Tensor mine, Tensor[] given) => given[0].copy_(mine);

    /// <summary>Hands every process the whole.</summary>
    /// <param name="own">This process's numbers of it, as <see cref="Slice"/> gave them.</param>
    /// <param name="total">The whole, which is set.</param>
    public virtual void Spread(Tensor own, Tensor total) => total.copy_(own);

    /// <summary>Says what this process does from now on, for whoever has to tell why the others wait.</summary>
    /// <param name="what">A verb: <c>reads data</c>.</param>
    /// <param name="update">The update that it works on.</param>
    public virtual void Doing(string what, long update)
    {
    }

    /// <summary>Ends the common work, when all of them have come to their end.</summary>
    public virtual void Leave()
    {
    }

    public virtual void Dispose()
    {
    }
}
