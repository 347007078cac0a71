using System.Runtime.InteropServices;
using HubertSharp.Clustering.Distances;
using HubertSharp.Distributed;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Abx;

/// <summary>Computes the errors of all cells on all cores, and what each utterance has to do with the score.</summary>
internal sealed class AbxEngine
{
    /// <summary>
    /// Influences are summed as whole numbers of this size, so that the sum does not depend on which thread comes first; a score of 1 is
    /// far from the end of their range.
    /// </summary>
    private const double Unit = 1.0 / (1L << 52);

    private const int PairsAtOnce = 4096;

    /// <summary>So many triples are looked at one by one; of more, few utterances or not, only sums are kept.</summary>
    private const long MostExactTriples = 100_000_000;

    private readonly AbxGroups _groups;
    private readonly FrameStore _store;
    private readonly AbxDistance _distance;
    private readonly IReadOnlyList<ItemRange> _ranges;
    private readonly int _utterances;
    private readonly int _mostExact;
    private readonly Replicas _replicas;

    public AbxEngine(
        AbxGroups groups, FrameStore store, AbxOptions options, IReadOnlyList<ItemRange> ranges, int utterances)
    {
        (_groups, _store, _distance, _replicas) = (groups, store, options.Distance, options.Replicas);
        _mostExact = options.MostExactUtterances;
        (_ranges, _utterances) = (ranges, utterances);
    }

    /// <summary>The error of every cell, and what the utterances make of the score that the shares make of them.</summary>
    /// <remarks>
    /// The score is the mean over all triples, where those of one cell share its share, and a triple weighs the product of the weights of
    /// its three items' utterances. Of few utterances it is computed anew from every draw; of many it is expanded to the first order: the
    /// influence of an utterance is the derivative by its weight, and influences sum to 0.
    /// </remarks>
    /// <param name="blocks">The blocks of the mode.</param>
    /// <param name="shares">What each cell counts.</param>
    /// <param name="names">The names of the utterances whose items stand in a cell.</param>
    /// <param name="progress">Told of the distances.</param>
    /// <param name="cancellation">Ends between two pieces of work.</param>
    public (double[] Errors, UnitFigure ByUtterance) Run(IReadOnlyList<AbxBlock> blocks, AbxShares shares,
        IReadOnlyDictionary<int, string> names, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var errors = new double[shares.Cells];
        int[]? few = names.Count <= _mostExact && shares.Triples <= MostExactTriples ? [.. names.Keys.Order()] : null;
        using var workers = new ThreadLocal<Worker>(() => new Worker(this, shares, few), trackAllValues: true);
        try
        {
            var chunks = Chunks(blocks);
            int[] own = [.. Enumerable.Range(0, chunks.Count - 1).Where(chunk => chunk % _replicas.Count == _replicas.Rank)];
            var done = new StageCounter(progress, own.Sum(chunk => PairsIn(blocks, chunks, chunk)), "distances");
            _replicas.Doing(RankReport.Shares, 0);
            var limits = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            ParallelWork.For(own.Length, limits, turn =>
            {
                var chunk = own[turn];
                workers.Value!.Run(blocks, chunks[chunk], chunks[chunk + 1], errors);
                done.Add(PairsIn(blocks, chunks, chunk));
            });
            var (wrong, all) = (new double[_utterances], new double[_utterances]);
            foreach (var worker in workers.Values)
            {
                for (var i = 0; i < _utterances; i++)
                    (wrong[i], all[i]) = (wrong[i] + (worker.Wrong[i] * Unit), all[i] + (worker.All[i] * Unit));
            }
            if (few is not null)
            {
                var triples = UtteranceTriples.Sum(few, _utterances, workers.Values.Select(worker => worker.Triples!));
                var (above, below) = (triples.Wrong(Unit), triples.All(Unit));
                AddUp(errors, above, below);
                return (errors, triples.Figure([.. few.Select(utterance => names[utterance])], above, below));
            }
            AddUp(errors, wrong, all);
            var score = wrong.Sum() / all.Sum();
            return (errors, UnitSums.Linear(score, names.Select(name => (name.Value, wrong[name.Key] - (score * all[name.Key])))));
        }
        finally
        {
            foreach (var worker in workers.Values)
                worker.Dispose();
        }
    }

    // a cell is one process's alone, and the sums are of whole units, exact in any order
    private void AddUp(params ReadOnlySpan<double[]> sums)
    {
        foreach (var sum in _replicas.Count == 1 ? [] : sums)
        {
            var parts = _replicas.Gather(MemoryMarshal.AsBytes<double>(sum).ToArray());
            Array.Clear(sum);
            foreach (var part in parts)
            {
                var values = MemoryMarshal.Cast<byte, double>(part);
                for (var i = 0; i < sum.Length; i++)
                    sum[i] += values[i];
            }
        }
    }

    private long PairsIn(IReadOnlyList<AbxBlock> blocks, List<int> chunks, int chunk) =>
        Enumerable.Range(chunks[chunk], chunks[chunk + 1] - chunks[chunk]).Sum(i => Pairs(blocks[i]));

    private List<int> Chunks(IReadOnlyList<AbxBlock> blocks)
    {
        var starts = new List<int> { 0 };
        long pairs = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            pairs += Pairs(blocks[i]);
            if (pairs >= PairsAtOnce || i == blocks.Count - 1)
            {
                starts.Add(i + 1);
                pairs = 0;
            }
        }
        return starts;
    }

    private long Pairs(AbxBlock block) =>
        (long)_groups.Groups[block.X].Count * _groups.ItemsOf(_groups.Groups[block.A].Room).Count;

    private sealed class Worker(AbxEngine engine, AbxShares shares, int[]? few) : IDisposable
    {
        private readonly BlockDistances _distances = new(engine._groups, engine._store, engine._distance);
        private readonly TripleCounts _counts = new();

        /// <summary>Per utterance, the triples with it in which X is nearer to B, each as much as it counts in the score.</summary>
        public long[] Wrong { get; } = new long[engine._utterances];

        /// <summary>The same of all triples.</summary>
        public long[] All { get; } = new long[engine._utterances];

        /// <summary>Both by the three utterances of a triple; null where they are many.</summary>
        public UtteranceTriples? Triples { get; } = few is null ? null : new UtteranceTriples(few, engine._utterances);

        public void Run(IReadOnlyList<AbxBlock> blocks, int first, int end, double[] errors)
        {
            var distances = _distances.Of(blocks, first, end);
            for (var i = first; i < end; i++)
            {
                var items = _distances.ItemsOf(blocks[i]);
                var count = engine._groups.Groups[blocks[i].X].Count * items.Count;
                Cells(blocks[i], distances[..count], items, errors);
                distances = distances[count..];
            }
        }

        public void Dispose() => _distances.Dispose();

        private void Cells(AbxBlock block, Span<float> distances, (int Start, int Count) items, double[] errors)
        {
            var (x, a) = (engine._groups.Groups[block.X], engine._groups.Groups[block.A]);
            int[] others = [.. shares.OthersThan(block.A)];
            _counts.Count(distances, items.Count, (a.Start - items.Start, a.Count), block.IsWithin,
                [.. others.Select(b => (engine._groups.Groups[b].Start - items.Start, engine._groups.Groups[b].Count))]);
            for (var cell = 0; cell < others.Length; cell++)
            {
                var b = engine._groups.Groups[others[cell]];
                var triples = shares.TriplesOf(block, b);
                errors[block.FirstCell + cell] = 1 - (_counts.Twice[cell] / (2.0 * triples));
                var share = shares.Of(a.Phone, b.Phone, a.Speaker);
                for (var i = 0; i < x.Count; i++)
                    Add(x.Start + i, _counts.TwiceOfX[(cell * x.Count) + i], triples / x.Count, triples, share);
                for (var i = 0; i < a.Count; i++)
                    Add(a.Start + i, _counts.TwiceOfA[(cell * a.Count) + i], triples / a.Count, triples, share);
                for (var i = 0; i < b.Count; i++)
                    Add(b.Start + i, _counts.TwiceOfB[b.Start - items.Start + i], triples / b.Count, triples, share);
                if (Triples is not null)
                    Add(block, b, distances, items, (long)Math.Round(share / triples / 2 / Unit));
            }
        }

        // each triple of a cell: X, A and B
        private void Add(AbxBlock block, AbxGroup ofB, ReadOnlySpan<float> distances, (int Start, int Count) items, long half)
        {
            var (ofX, ofA) = (engine._groups.Groups[block.X], engine._groups.Groups[block.A]);
            for (var x = 0; x < ofX.Count; x++)
            {
                var row = distances.Slice(x * items.Count, items.Count);
                for (var a = ofA.Start; a < ofA.Start + ofA.Count; a++)
                {
                    if (a == ofX.Start + x)
                        continue;
                    var toA = row[a - items.Start];
                    for (var b = ofB.Start; b < ofB.Start + ofB.Count; b++)
                    {
                        var toB = row[b - items.Start];
                        Triples!.Add(UtteranceOf(ofX.Start + x), UtteranceOf(a), UtteranceOf(b),
                            toA < toB ? 0 : toA > toB ? 2 * half : half, 2 * half);
                    }
                }
            }
        }

        private int UtteranceOf(int item) => engine._ranges[item].Utterance;

        private void Add(int item, long twice, long ofItem, long triples, double share)
        {
            var utterance = UtteranceOf(item);
            Wrong[utterance] += (long)Math.Round(share * (ofItem - (twice / 2.0)) / triples / Unit);
            All[utterance] += (long)Math.Round(share * ofItem / triples / Unit);
        }
    }
}
