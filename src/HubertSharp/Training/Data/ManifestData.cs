using HubertSharp.Audio;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training.Data;

/// <summary>
/// The audio of one manifest as any training reads it: the utterances that are kept, the batches made of them, and their samples.
/// What belongs to an utterance beside its audio (labels, transcripts) is the task's own. Reading is safe from several threads.
/// </summary>
internal sealed class ManifestData
{
    private readonly UtteranceLimits _limits;
    private readonly int[]? _kept; // null: all

    private ManifestData(string path, Manifest manifest, UtteranceLimits limits, int[]? kept)
    {
        (Path, Manifest, _limits, _kept) = (path, manifest, limits, kept);
    }

    public string Path { get; }

    public Manifest Manifest { get; }

    /// <summary>Utterances that are neither too short nor too long.</summary>
    public int KeptCount => _kept?.Length ?? Manifest.Entries.Count;

    /// <summary>The shortest row that a batch can have: the shortest utterance that is kept, or a crop.</summary>
    public long ShortestRow => Kept.Min(i => _limits.SizeInBatch(Manifest.Samples(i)));

    /// <summary>Samples of the longest utterance that is kept, before any crop.</summary>
    public long Longest => Kept.Max(Manifest.Samples);

    /// <summary>Languages that the manifest names, in ordinal order.</summary>
    public IReadOnlyList<string> Languages =>
        [.. Manifest.Entries.Select(e => e.Language).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Opens one manifest.</summary>
    /// <exception cref="Runs.UserException">The file is missing or malformed, or no utterance is kept.</exception>
    public static ManifestData Open(string path, UtteranceLimits limits)
    {
        var manifest = Manifest.Read(path);
        var kept = Enumerable.Range(0, manifest.Entries.Count).Where(i => limits.Keep(manifest.Samples(i)));
        var count = kept.Count();
        if (count == manifest.Entries.Count)
            return new ManifestData(path, manifest, limits, kept: null);
        return count > 0
            ? new ManifestData(path, manifest, limits, [.. kept])
            : throw TrainingFaults.NothingKept(path, limits.MinSampleSize,
                Enumerable.Range(0, manifest.Entries.Count).Max(manifest.Samples));
    }

    private IEnumerable<int> Kept => _kept ?? Enumerable.Range(0, Manifest.Entries.Count);

    /// <summary>What a run must find unchanged to go on: the utterances and their lengths; where the audio lies may change.</summary>
    public string Fingerprint() => $"{Manifest.Entries.Count} utterances, {RunFingerprint.Short(Manifest.HashOfUtterances())}";

    /// <summary>How much of the manifest training on <paramref name="batches"/> hears.</summary>
    /// <param name="split">Its name.</param>
    /// <param name="batches">Those of an epoch.</param>
    /// <param name="sampled">The utterances that the epoch samples; null for all.</param>
    /// <param name="widthSamples">Width of a batch of rows of these lengths; longer rows are cropped to it.</param>
    public DataSummary Summarise(string split, IReadOnlyList<int[]> batches, int[]? sampled, Func<long[], long> widthSamples)
    {
        var (cropped, above, planned) = (0L, 0L, 0L);
        foreach (var lengths in batches.Select(LengthsOf))
        {
            var width = widthSamples(lengths);
            planned += lengths.Sum();
            cropped += lengths.Sum(samples => Math.Max(0, samples - width));
            above += lengths.Sum(samples => Math.Max(0, samples - (_limits.MaxSampleSize ?? samples)));
        }
        var kept = new Lengths(Manifest, _kept);
        var wanted = sampled is null ? kept : new Lengths(Manifest, sampled);
        var last = new AudioAmount(wanted.Count - batches.Sum(b => b.Length), Seconds(wanted.Sum() - planned));
        return new DataSummary
        {
            Split = split,
            Manifest = Amount(_ => true),
            TooShort = Amount(samples => samples < _limits.MinSampleSize),
            TooLong = Amount(samples => samples > _limits.MaxKeepSize),
            LastBatch = last,
            OtherEpochs = sampled is null
                ? null
                : new(kept.Count - wanted.Count, Seconds(kept.Sum() - wanted.Sum())),
            CroppedSeconds = Seconds(cropped),
            AboveMaxSeconds = Seconds(above),
            MinSampleSize = _limits.MinSampleSize,
            MaxKeepSize = _limits.MaxKeepSize,
            MaxSampleSize = _limits.MaxSampleSize,
        };

        AudioAmount Amount(Func<long, bool> which)
        {
            var (count, sum) = (0, 0L);
            foreach (var samples in new Lengths(Manifest, of: null).Where(which))
                (count, sum) = (count + 1, checked(sum + samples));
            return new(count, Seconds(sum));
        }

        static double Seconds(long samples) => (double)samples / AudioFile.SampleRate;
    }

    /// <summary>Length of each of <paramref name="utterances"/> in samples.</summary>
    public long[] LengthsOf(int[] utterances) => [.. new Lengths(Manifest, utterances)];

    /// <summary>
    /// The batches of an epoch, within <c>max_tokens</c> samples and <c>batch_size</c> rows. Training leaves out the last one, that of
    /// the shortest utterances, where its rows are no multiple of <c>required_batch_size_multiple</c>: fairseq's batches are the same,
    /// before they are shuffled (observed in its logs). Validation scores every utterance.
    /// </summary>
    /// <exception cref="Runs.UserException">An utterance is larger than a batch may be.</exception>
    public PackedBatches PlanBatches(DatasetConfig dataset, long runSeed, bool training) =>
        PlanBatches(_kept, dataset, runSeed, training);

    /// <summary>
    /// The batches of every epoch of a training: all utterances, or with <c>dataset.language_temperature</c> above 1 those that balance
    /// the languages.
    /// </summary>
    /// <exception cref="Runs.UserException">An utterance is larger than a batch may be, or no utterance has a language.</exception>
    public (EpochBatches Batches, LanguageSampler? Sampler) PlanEpochs(DatasetConfig dataset, long runSeed)
    {
        if (dataset.LanguageTemperature == 1)
            return (new EpochBatches(PlanBatches(dataset, runSeed, training: true)), null);
        if (Manifest.Entries.All(e => e.Language is null))
            throw TrainingFaults.NoLanguages(Path);
        var sampler = new LanguageSampler(
            Manifest.Entries.Select((e, i) => (Utterance: i, e.Language, e.LengthSamples)).Where(e => _limits.Keep(e.LengthSamples)),
            dataset.LanguageTemperature, runSeed);
        PlanBatches(dataset, runSeed, training: true); // what does not fit into a batch is told now, not in a later epoch
        return (new EpochBatches(epoch => PlanBatches(sampler.Utterances(epoch), dataset, runSeed, training: true)), sampler);
    }

    // null: all
    private PackedBatches PlanBatches(int[]? utterances, DatasetConfig dataset, long runSeed, bool training)
    {
        var order = BatchPlan.OrderByLength(new Lengths(Manifest, utterances), (uint)runSeed);
        for (var i = 0; utterances is not null && i < order.Length; i++)
            order[i] = utterances[order[i]];
        var maxTokens = (training ? dataset.MaxTokens : dataset.MaxTokensValid ?? dataset.MaxTokens) ?? 0;
        var maxRows = (training ? dataset.BatchSize : dataset.BatchSizeValid ?? dataset.BatchSize) ?? 0;
        var longest = order.Max(SizeInBatch);
        if (maxTokens > 0 && longest > maxTokens)
            throw TrainingFaults.UtteranceAboveMaxTokens(longest, maxTokens, _limits.PadAudio);
        var batches = BatchPlan.Pack(order, SizeInBatch, maxTokens, maxRows, dataset.RequiredBatchSizeMultiple);
        return training && batches.Count > 1 && batches[batches.Count - 1].Length % dataset.RequiredBatchSizeMultiple != 0
            ? batches.WithoutLast()
            : batches;

        long SizeInBatch(int utterance) => _limits.SizeInBatch(Manifest.Samples(utterance));
    }

    /// <summary>Fills <paramref name="row"/> with the samples of an utterance from <paramref name="start"/> on.</summary>
    /// <exception cref="Runs.UserException">The file cannot be read, or is not as long as the manifest says.</exception>
    public void Read(int utterance, long start, Span<float> row)
    {
        var path = Manifest.FullPath(utterance);
        var expected = Manifest.Samples(utterance);
        float[] samples;
        if (_limits.Normalize || row.Length == expected)
        {
            samples = AudioFile.OfManifest(path, p => AudioFile.Read(p));
            if (samples.Length != expected)
                throw TrainingFaults.SampleCount(path, expected, samples.Length);
            if (_limits.Normalize)
                WaveformNorm.Apply(samples);
            samples.AsSpan((int)start, row.Length).CopyTo(row);
        }
        else
        {
            var length = row.Length;
            samples = AudioFile.OfManifest(path, p => AudioFile.Read(p, start, length));
            if (samples.Length != row.Length)
                throw TrainingFaults.SampleCount(path, expected, start + samples.Length);
            samples.CopyTo(row);
        }
    }
}
