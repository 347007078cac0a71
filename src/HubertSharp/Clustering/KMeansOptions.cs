using HubertSharp.Distributed;

namespace HubertSharp.Clustering;

/// <summary>
/// How <see cref="KMeansTrainer"/> clusters; the defaults are those of fairseq's <c>learn_kmeans.py</c>, whose names stand beside them.
/// </summary>
public sealed record KMeansOptions
{
    /// <summary>Number of clusters (<c>n_clusters</c>).</summary>
    public required int Clusters { get; init; }

    /// <summary>Seed of everything that is drawn (<c>seed</c>): the same seed gives the same bits, on any number of threads.</summary>
    public long Seed { get; init; }

    /// <summary>k-means++ starts of which the best goes on (<c>n_init</c>).</summary>
    public int Starts { get; init; } = 20;

    /// <summary>
    /// Most full iterations of each start on the sample, before the best is chosen; 0 chooses right after k-means++, as scikit-learn does.
    /// </summary>
    public int Polish { get; init; } = 10;

    /// <summary>Frames of a mini-batch (<c>batch_size</c>); the starts see a sample of three times as many.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <summary>Most passes over the data in mini-batches (<c>max_iter</c>).</summary>
    public int MaxEpochs { get; init; } = 100;

    /// <summary>Mini-batches without a lower smoothed inertia after which they end (<c>max_no_improvement</c>).</summary>
    public int MaxNoImprovement { get; init; } = 100;

    /// <summary>
    /// Most full (Lloyd) iterations over all frames after the mini-batches; they end earlier when nothing moves any more.
    /// </summary>
    public int Lloyd { get; init; }

    /// <summary>Fraction of the utterances to use, drawn once, above 0 to 1 (<c>percent</c>).</summary>
    public double Percent { get; init; } = 1;

    /// <summary>Frames are held in memory up to this many bytes; of more, a pool is held that the whole data flows through.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Threads; 0 takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>The processes that share the work; all of them read all frames, and have the result.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;

    internal ParallelOptions Parallel(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = Threads > 0 ? Threads : Environment.ProcessorCount, CancellationToken = cancellation };

    /// <summary>
    /// Least number that counts as above 0; a denormal one would be 0 in a thread in which some native library flushes them.
    /// </summary>
    private const double AboveZero = 1e-300;

    /// <exception cref="Runs.UserException">A value that cannot be.</exception>
    internal void Check()
    {
        (string Name, double Value, double Least, double Most)[] bounds =
        [
            ("--clusters", Clusters, 1, 1 << 20), ("--starts", Starts, 1, 10_000), ("--polish", Polish, 0, 1_000_000),
            ("--batch", BatchSize, 1, 1 << 24), ("--epochs", MaxEpochs, 0, 1_000_000), ("--patience", MaxNoImprovement, 1, 1 << 30),
            ("--lloyd", Lloyd, 0, 1_000_000), ("--percent", Percent, AboveZero, 1), ("--memory", MemoryBytes, 1, long.MaxValue),
            ("--threads", Threads, 0, 4096),
        ];
        foreach (var (name, value, least, most) in bounds)
        {
            if (!(value >= least && value <= most))
                throw ClusteringFaults.Option(name, least == AboveZero ? 0 : least, most, value, least == AboveZero);
        }
    }
}
