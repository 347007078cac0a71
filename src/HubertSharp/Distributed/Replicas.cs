using static TorchSharp.torch;

namespace HubertSharp.Distributed;

/// <summary>
/// The processes that train one run together. They differ in three places: each takes its share of an update's micro-batches, all sum
/// up gradients and scores before anybody changes weights, and the first alone writes the run folder. <see cref="Alone"/> is a single
/// process: its share is everything, and its sums are sums already.
/// </summary>
internal class Replicas
{
    protected Replicas(int rank, int count) => (Rank, Count) = (rank, count);

    public static Replicas Alone { get; } = new(rank: 0, count: 1);

    /// <summary>Which of them this process is, from 0.</summary>
    public int Rank { get; }

    public int Count { get; }

    /// <summary>Whether this process writes the run folder and talks.</summary>
    public bool Writes => Rank == 0;

    /// <summary>Sums a tensor of the same shape over all processes, in place.</summary>
    public virtual void Sum(Tensor tensor)
    {
    }

    /// <summary>Sums numbers over all processes.</summary>
    public virtual double[] Sum(double[] numbers) => numbers;
}
