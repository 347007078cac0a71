using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// Estimates a model with modified Kneser-Ney smoothing as KenLM's lmplz does: n-grams are counted, adjusted, discounted and mixed order by
/// order, each time by sorting them in bounded memory, so that only the words themselves have to fit (Heafield et al. 2013).
/// </summary>
internal sealed class NgramTrainer
{
    private readonly LmTrainingOptions _options;
    private readonly Func<string, IProgress<StageProgress>>? _stages;
    private readonly CancellationToken _cancellation;
    private readonly WorkFolder _folder;
    private readonly VocabularyBuilder _words = new();

    private NgramTrainer(
        LmTrainingOptions options, Func<string, IProgress<StageProgress>>? stages, WorkFolder folder, CancellationToken cancellation) =>
        (_options, _stages, _folder, _cancellation) = (options, stages, folder, cancellation);

    private int Order => _options.Order;

    /// <summary>Trains a model and writes it.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="stages">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two pieces of work.</param>
    /// <exception cref="UserException">Bad options or texts, or counts that allow no discounts.</exception>
    public static LmTrainingReport Run(
        LmTrainingOptions options, Func<string, IProgress<StageProgress>>? stages = null, CancellationToken cancellation = default)
    {
        Check(options);
        var place = (options.Binary ? ModelFile.Binary : ModelFile.Arpa).PlaceOf(options.OutputPath);
        using var folder = WorkFolder.Beside(place);
        return new NgramTrainer(options, stages, folder, cancellation).Train(place);
    }

    private LmTrainingReport Train(string place)
    {
        var corpus = Count();
        var counts = Adjust();
        var discounts = counts.Counts.Select((c, i) => Discounts.Of(i + 1, c.ByCount, _options.DiscountFallback)).ToArray();
        for (var order = 2; order <= Order; order++)
            Estimate(order, discounts[order - 1], counts.Counts[order - 1]);
        var kept = counts.Counts.Select((c, i) => i == 0 ? _words.Count : c.Kept).ToArray();
        var unigrams = Interpolation.Unigrams(counts.Unigrams, discounts[0], _options.InterpolateUnigrams);
        if (_options.Binary)
        {
            var arpa = _folder.At("arpa");
            using (var stream = new FileStream(arpa, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 17))
                Mix(stream, kept, unigrams);
            using var model = ArpaReader.Read(arpa, _cancellation);
            AtomicFile.Write(place, stream => BinaryModel.Write(model, stream));
        }
        else
        {
            AtomicFile.Write(place, stream => ModelFile.Pack(_options.OutputPath, stream, packed => Mix(packed, kept, unigrams)));
        }
        return new LmTrainingReport(_options.OutputPath, corpus.Sentences, corpus.Tokens, _words.Count,
        [
            .. discounts.Select((d, i) => new LmOrderReport(i + 1, i == 0 ? _words.Count : counts.Counts[i].Total, kept[i], d.One, d.Two,
                d.ThreeOrMore, d.IsFallback)),
        ]);
    }

    private CorpusCounts Count()
    {
        var units = NgramUnits.Of(_options.Unit, _options.WordListPath, _cancellation);
        using var sorter = new RecordSorter(_folder, "counts", RecordOrder.Suffix(Order), Order + 2, _options.MemoryBytes, adds: true);
        var corpus = new CorpusCounts(_words, sorter, Order);
        var progress = _stages?.Invoke("count");
        foreach (var text in _options.Texts)
            corpus.Add(text, units, progress, _cancellation);
        if (corpus.Tokens == 0)
            throw LanguageModelFaults.NoText(string.Join(", ", _options.Texts));
        sorter.WriteTo(_folder.At("counted"));
        return corpus;
    }

    private AdjustedCounts Adjust()
    {
        var files = Enumerable.Range(2, Order - 1).Select(order => SpillFile.Create(AdjustedOf(order), order + 2)).ToArray();
        try
        {
            var adjusted = new AdjustedCounts(Order, _words.Count, Prune, files);
            using var sorted = SpillFile.Open(_folder.At("counted"), Order + 2);
            adjusted.Run(sorted, IsAt("adjust", $"{Order}-grams", 0));
            return adjusted;
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
            _folder.Delete(_folder.At("counted"));
        }
    }

    private void Estimate(int order, Discounts discounts, NgramCounts counts)
    {
        using var byHistory = new RecordSorter(_folder, $"history{order}", RecordOrder.Context(order), order + 2, _options.MemoryBytes / 2);
        using (var adjusted = SpillFile.Open(AdjustedOf(order), order + 2))
        {
            while (adjusted.MoveNext())
                byHistory.Add(adjusted.Current);
        }
        _folder.Delete(AdjustedOf(order));
        using var byEnd = new RecordSorter(_folder, $"end{order}", RecordOrder.Suffix(order), order + 2, _options.MemoryBytes / 2);
        using (var sorted = byHistory.Read())
        using (var weights = SpillFile.Create(WeightsOf(order - 1), order))
            new Probabilities(order, discounts).Run(sorted, byEnd, weights, IsAt("estimate", $"{order}-grams", counts.Total));
        byEnd.WriteTo(ProbabilitiesOf(order));
    }

    private void Mix(Stream stream, long[] kept, double[] unigrams)
    {
        using var arpa = new ArpaWriter(stream, _words.Vocabulary, kept);
        for (var order = 1; order <= Order; order++)
        {
            arpa.Begin(order);
            using var weights = order < Order ? SpillFile.Open(WeightsOf(order), order + 1) : null;
            using var mixed = order < Order ? SpillFile.Create(_folder.At($"mixed{order}"), order + 2) : null;
            var record = new uint[order + 2];
            var isAt = IsAt("write", $"{order}-grams", kept[order - 1]);
            long written = 0;
            void Take(ReadOnlySpan<uint> words, double probability, double weight)
            {
                arpa.Add(words, Math.Log10(probability), Math.Log10(weight));
                words.CopyTo(record);
                RecordCount.SetNumber(record, probability);
                mixed?.Add(record);
                if ((++written & 0xffff) == 0 || written == kept[record.Length - 3])
                    isAt(written);
            }
            if (order == 1)
            {
                Interpolation.Words(unigrams, weights, Take);
                continue;
            }
            using var own = SpillFile.Open(ProbabilitiesOf(order), order + 2);
            using var shorter = order == 2 ? null : SpillFile.Open(_folder.At($"mixed{order - 1}"), order + 1);
            Interpolation.Order(order, own, words => shorter is null ? unigrams[words[0]] : Advance(shorter, words), weights, Take);
        }
        arpa.End();
    }

    // both are sorted by their ends
    private static double Advance(SpillFile shorter, ReadOnlySpan<uint> words)
    {
        while (shorter.IsBefore || RecordOrder.CompareEnds(shorter.Current[..words.Length], words) < 0)
        {
            if (!shorter.MoveNext())
                throw new InvalidOperationException("an n-gram without its end");
        }
        return RecordCount.NumberOf(shorter.Current);
    }

    private Action<long> IsAt(string stage, string unit, long total)
    {
        GC.Collect(); // what the stage before sorted would stay until as much again is taken
        var progress = _stages?.Invoke(stage);
        return done =>
        {
            _cancellation.ThrowIfCancellationRequested();
            progress?.Report(new StageProgress(done, total, unit));
        };
    }

    private long Prune(int order) => _options.Prune.Count == 0 ? 0 : _options.Prune[Math.Min(order, _options.Prune.Count) - 1];

    private string AdjustedOf(int order) => _folder.At($"adjusted{order}");

    private string WeightsOf(int order) => _folder.At($"weights{order}");

    private string ProbabilitiesOf(int order) => _folder.At($"probabilities{order}");

    private static void Check(LmTrainingOptions options)
    {
        if (options.Order is < 1 or > NgramModel.MaximumOrder)
            throw LanguageModelFaults.OutOfRange("--order", $"1 to {NgramModel.MaximumOrder}", $"{options.Order}");
        if (options.Prune.Count > options.Order || options.Prune.Any(p => p < 0) || options.Prune is [> 0, ..]
            || !options.Prune.SequenceEqual(options.Prune.Order()))
            throw LanguageModelFaults.OutOfRange("--prune",
                "at most one count for each order, 0 for single words, none below the one before it: 0 0 1",
                string.Join(' ', options.Prune));
        if (options.DiscountFallback is { } fallback && (fallback.Count != 3 || fallback.Where((d, i) => !(d >= 0 && d <= i + 1)).Any()))
            throw LanguageModelFaults.OutOfRange("--discount-fallback", "three numbers, at most 1, 2 and 3: 0.5 1 1.5",
                string.Join(' ', fallback));
        if (options.MemoryBytes < 1 << 20)
            throw LanguageModelFaults.OutOfRange("--memory", "0.001 GiB at least", $"{options.MemoryBytes / (double)(1 << 30):0.####}");
    }
}
