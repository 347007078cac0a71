using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Pretraining;

/// <summary>
/// One split of the data: manifest, label files and dictionaries, and the batches made of them (fairseq: HubertDataset).
/// Collating is safe from several threads.
/// </summary>
internal sealed class PretrainingData : IDisposable
{
    private readonly TaskConfig _task;
    private readonly LabelFile[] _labels;
    private readonly int[] _kept;

    private PretrainingData(TaskConfig task, Manifest manifest, LabelFile[] labels, LabelDictionary[] dictionaries, int[] kept)
    {
        _task = task;
        Manifest = manifest;
        _labels = labels;
        Dictionaries = dictionaries;
        _kept = kept;
    }

    public Manifest Manifest { get; }

    public IReadOnlyList<LabelDictionary> Dictionaries { get; }

    /// <summary>Utterances that are neither too short nor too long.</summary>
    public int KeptCount => _kept.Length;

    public int DroppedCount => Manifest.Entries.Count - _kept.Length;

    /// <summary>Audio of the kept utterances.</summary>
    public long KeptSamples => _kept.Sum(i => Manifest.Entries[i].LengthSamples);

    public static string ManifestPath(TaskConfig task, string split) => Path.Combine(task.Data, $"{split}.tsv");

    public static string LabelPath(TaskConfig task, string split, string labels) => Path.Combine(LabelFolder(task), $"{split}.{labels}");

    public static string DictionaryPath(TaskConfig task, string labels) => Path.Combine(LabelFolder(task), $"dict.{labels}.txt");

    /// <summary>Opens one split.</summary>
    /// <exception cref="Runs.UserException">A file is missing or malformed, or no utterance is long enough.</exception>
    public static PretrainingData Open(TaskConfig task, string split)
    {
        var manifest = Manifest.Read(ManifestPath(task, split));
        var dictionaries = task.Labels.Select(l => LabelDictionary.Read(DictionaryPath(task, l))).ToArray();
        var labels = new List<LabelFile>();
        try
        {
            foreach (var name in task.Labels)
            {
                labels.Add(LabelFile.Open(LabelPath(task, split, name)));
                if (labels[^1].Count != manifest.Entries.Count)
                    throw PretrainingFaults.LineCount(LabelPath(task, split, name), manifest.Entries.Count, labels[^1].Count,
                        ManifestPath(task, split));
            }
            int[] kept = [.. Enumerable.Range(0, manifest.Entries.Count).Where(i => IsKept(task, manifest.Entries[i].LengthSamples))];
            if (kept.Length == 0)
                throw PretrainingFaults.NothingKept(ManifestPath(task, split), task.MinSampleSize,
                    manifest.Entries.Max(e => e.LengthSamples));
            return new PretrainingData(task, manifest, [.. labels], dictionaries, kept);
        }
        catch
        {
            labels.ForEach(l => l.Dispose());
            throw;
        }
    }

    /// <summary>What a run must find unchanged to go on: each file of a split with its size and its hash.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint(string split)
    {
        // where the audio lies may change
        var utterances = string.Join('\n', Manifest.Entries.Select(e => $"{e.RelativePath}\t{e.LengthSamples}"));
        var files = new Dictionary<string, string>
        {
            [Path.GetFileName(ManifestPath(_task, split))] = $"{Manifest.Entries.Count} utterances, {RunFingerprint.Hash(utterances)}",
        };
        for (var set = 0; set < _task.Labels.Count; set++)
        {
            var labels = LabelPath(_task, split, _task.Labels[set]);
            var dictionary = DictionaryPath(_task, _task.Labels[set]);
            files[Path.GetFileName(labels)] = RunFingerprint.HashFile(labels);
            files[Path.GetFileName(dictionary)] = $"{Dictionaries[set].Count} classes, {RunFingerprint.HashFile(dictionary)}";
        }
        return files;
    }

    /// <summary>The batches of an epoch, within <c>max_tokens</c> samples and <c>batch_size</c> rows.</summary>
    public List<int[]> PlanBatches(DatasetConfig dataset, long runSeed, bool training)
    {
        var lengths = _kept.Select(i => Manifest.Entries[i].LengthSamples).ToArray();
        var order = BatchPlan.OrderByLength(lengths, (uint)runSeed).Select(i => _kept[i]).ToArray();
        var maxTokens = (training ? dataset.MaxTokens : dataset.MaxTokensValid ?? dataset.MaxTokens) ?? 0;
        var maxRows = (training ? dataset.BatchSize : dataset.BatchSizeValid ?? dataset.BatchSize) ?? 0;
        var longest = order.Max(SizeInBatch);
        if (maxTokens > 0 && longest > maxTokens)
            throw PretrainingFaults.UtteranceAboveMaxTokens(longest, maxTokens);
        return BatchPlan.Pack(order, SizeInBatch, maxTokens, maxRows, dataset.RequiredBatchSizeMultiple);
    }

    /// <summary>
    /// How well batches use the audio, in one sentence: what cropping leaves out of an epoch, or how much of it is padding.
    /// </summary>
    public string DescribeBatches(IReadOnlyList<int[]> batches)
    {
        var (audio, used, room) = (0L, 0L, 0L);
        foreach (var batch in batches)
        {
            var samples = batch.Select(i => Manifest.Entries[i].LengthSamples).ToArray();
            long width = BatchGeometry.Width(samples, _task.PadAudio, _task.MaxSampleSize);
            audio += samples.Sum();
            used += samples.Sum(s => Math.Min(s, width));
            room += width * samples.Length;
        }
        var hours = (double)used / _task.SampleRate / 3600;
        var (rows, seconds) = (batches.Average(b => b.Length), (double)room / batches.Count / _task.SampleRate);
        return string.Create(CultureInfo.InvariantCulture,
            $"an epoch has {batches.Count:N0} batches of {rows:F1} rows and {seconds:F1} s on average; ")
            + (_task.PadAudio
                ? string.Create(CultureInfo.InvariantCulture, $"{100 - 100.0 * used / room:F1} % of them is padding")
                : string.Create(CultureInfo.InvariantCulture,
                    $"cropping to max_sample_size and to the shortest row of a batch leaves {hours:F2} h, "
                    + $"{100.0 * used / audio:F1} % of the audio"));
    }

    /// <summary>Reads and crops the rows of one batch; crops are a pure function of the arguments.</summary>
    /// <param name="cropSeed">Gives the seed of a row's crop.</param>
    public PretrainingBatch Collate(int[] utterances, Func<int, ulong> cropSeed)
    {
        var samples = utterances.Select(i => Manifest.Entries[i].LengthSamples).ToArray();
        var geometry = BatchGeometry.Create(samples, _task.PadAudio, _task.MaxSampleSize,
            (row, bound) => _task.RandomCrop ? UpdateSeed.Below(cropSeed(row), bound) : 0);
        return Collate(utterances, geometry);
    }

    internal PretrainingBatch Collate(int[] utterances, BatchGeometry geometry)
    {
        var source = new float[utterances.Length * geometry.SizeSamples];
        for (var row = 0; row < utterances.Length; row++)
            ReadRow(utterances[row], geometry.Starts[row], source.AsSpan(row * geometry.SizeSamples, (int)geometry.LengthsSamples[row]));
        var targets = new long[_labels.Length][];
        for (var set = 0; set < _labels.Length; set++)
            targets[set] = CollateLabels(utterances, geometry, set);
        return new PretrainingBatch(
            new HubertBatch(source, geometry.LengthsSamples, targets, mask: null),
            utterances,
            geometry.Starts,
            [.. utterances.Select(i => Manifest.Entries[i].Language)]);
    }

    private void ReadRow(int utterance, long start, Span<float> row)
    {
        var path = Manifest.FullPath(utterance);
        var expected = Manifest.Entries[utterance].LengthSamples;
        float[] samples;
        if (_task.Normalize || row.Length == expected)
        {
            samples = AudioFile.Read(path);
            if (samples.Length != expected)
                throw PretrainingFaults.SampleCount(path, expected, samples.Length);
            if (_task.Normalize)
                WaveformNorm.Apply(samples);
            samples.AsSpan((int)start, row.Length).CopyTo(row);
        }
        else
        {
            samples = AudioFile.Read(path, start, row.Length);
            if (samples.Length != row.Length)
                throw PretrainingFaults.SampleCount(path, expected, start + samples.Length);
            samples.CopyTo(row);
        }
    }

    // [B, L], padded with <pad>
    private long[] CollateLabels(int[] utterances, BatchGeometry geometry, int set)
    {
        var labels = utterances.Select(i => _labels[set].Read(i, Dictionaries[set])).ToArray();
        int[] counts = [.. labels.Select(l => l.Length)];
        var slices = geometry.LabelSlices(counts, _task.LabelRate, _task.SampleRate, _task.PadAudio);
        var width = slices.Max(s => s.Count);
        if (width == 0)
            throw PretrainingFaults.NoLabelsInCrop(Manifest.FullPath(utterances[0]));
        var targets = new long[utterances.Length * width];
        Array.Fill(targets, LabelDictionary.Pad);
        for (var row = 0; row < utterances.Length; row++)
        {
            for (var i = 0; i < slices[row].Count; i++)
                targets[(row * width) + i] = labels[row][slices[row].Start + i];
        }
        return targets;
    }

    private long SizeInBatch(int utterance)
    {
        var samples = Manifest.Entries[utterance].LengthSamples;
        return _task.PadAudio ? samples : Math.Min(samples, _task.MaxSampleSize ?? long.MaxValue);
    }

    private static bool IsKept(TaskConfig task, long samples) =>
        samples >= (task.MinSampleSize ?? 0) && samples <= (task.MaxKeepSize ?? long.MaxValue);

    private static string LabelFolder(TaskConfig task) => task.LabelDir ?? task.Data;

    public void Dispose()
    {
        foreach (var labels in _labels)
            labels.Dispose();
    }
}
