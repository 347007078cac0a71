using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Features;

/// <summary>
/// Computes the utterances of a dump and writes each at its place. Several processes take them in rounds, each of which gives all of them
/// about as much audio; what they computed goes to the first, which writes what one process would.
/// </summary>
/// <param name="shard">The utterances.</param>
/// <param name="lengths">Frames of each.</param>
/// <param name="dimensions">Numbers of a frame.</param>
/// <param name="writers">One for each array that an utterance gives; none but in the first process.</param>
/// <param name="replicas">Who shares.</param>
internal sealed class DumpWork(
    ManifestShard shard, IReadOnlyList<int> lengths, int dimensions, IReadOnlyList<FeatureDumpWriter> writers, Replicas replicas)
{
    /// <summary>Of a process and a round: enough that each waits little for the others, few enough to hold what they give.</summary>
    private const int UtterancesOfThread = 8, NumbersOfProcess = 8 << 20;

    /// <summary>Computes and writes all of them.</summary>
    /// <param name="threads">Of this process; 0 takes all cores.</param>
    /// <param name="arrays">How many an utterance gives.</param>
    /// <param name="create">What a thread needs.</param>
    /// <param name="compute">Gives the arrays of an utterance, [frames, dimensions] each.</param>
    /// <param name="progress">Told of utterances.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="UserException">The fault of the first faulty line, or what another process met.</exception>
    public void Run<TState>(int threads, int arrays, Func<TState> create, Func<TState, int, IReadOnlyList<float[]>> compute,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
        where TState : IDisposable
    {
        if (replicas.Count == 1)
        {
            new UtteranceWork(shard.Start, shard.End, progress).Run(
                threads, create, (state, i) => Write(i, compute(state, i)), cancellation);
        }
        else
        {
            var done = new StageCounter(progress, shard.Count, "files");
            foreach (var round in Rounds(Threads(threads)))
            {
                replicas.Doing(RankReport.Shares, 0);
                Write(round, Computed(round[replicas.Rank], threads, create, compute, cancellation), arrays);
                done.Add(round.Sum(own => own.Length));
            }
        }
        cancellation.ThrowIfCancellationRequested();
    }

    private IReadOnlyList<float[]>[] Computed<TState>(int[] own, int threads, Func<TState> create,
        Func<TState, int, IReadOnlyList<float[]>> compute, CancellationToken cancellation)
        where TState : IDisposable
    {
        var computed = new IReadOnlyList<float[]>[own.Length];
        SharedItems.Together(replicas, () =>
        {
            if (own.Length > 0)
            {
                new UtteranceWork(0, own.Length, progress: null).Run(
                    threads, create, (state, i) => computed[i] = compute(state, own[i]), cancellation);
            }
            return [];
        });
        return computed;
    }

    private void Write(int[][] round, IReadOnlyList<float[]>[] computed, int arrays)
    {
        for (var array = 0; array < arrays; array++)
        {
            var all = replicas.ToFirst([.. computed.SelectMany(one => one[array])]);
            for (var rank = 0; rank < (replicas.Writes ? round.Length : 0); rank++)
            {
                var start = 0;
                foreach (var utterance in round[rank])
                {
                    var size = lengths[utterance - shard.Start] * dimensions;
                    writers[array].Write(utterance - shard.Start, all[rank].AsSpan(start, size), shard.Place(utterance));
                    start += size;
                }
            }
        }
    }

    private void Write(int utterance, IReadOnlyList<float[]> computed)
    {
        for (var array = 0; array < computed.Count; array++)
            writers[array].Write(utterance - shard.Start, computed[array], shard.Place(utterance));
    }

    // the fewest of all machines, so that all of them plan the same
    private int Threads(int own) => replicas.Gather(BitConverter.GetBytes(own > 0 ? own : Environment.ProcessorCount))
        .Min(threads => BitConverter.ToInt32(threads));

    /// <summary>The utterances of each process, round by round: the longest first, to whoever has least.</summary>
    private IEnumerable<int[][]> Rounds(int threads)
    {
        for (var next = shard.Start; next < shard.End;)
        {
            var (first, numbers) = (next, 0L);
            while (next < shard.End && next - first < threads * UtterancesOfThread * replicas.Count
                && numbers < (long)NumbersOfProcess * replicas.Count)
                numbers += (long)lengths[next++ - shard.Start] * dimensions;
            var own = Enumerable.Range(0, replicas.Count).Select(_ => new List<int>()).ToArray();
            var samples = new long[replicas.Count];
            foreach (var utterance in Enumerable.Range(first, next - first).OrderByDescending(shard.Samples))
            {
                var least = Array.IndexOf(samples, samples.Min());
                own[least].Add(utterance);
                samples[least] += shard.Samples(utterance);
            }
            yield return [.. own.Select(list => list.ToArray())];
        }
    }
}
