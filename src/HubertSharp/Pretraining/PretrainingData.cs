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

    private PretrainingData(TaskConfig task, ManifestData audio, LabelFile[] labels, LabelDictionary[] dictionaries)
    {
        (_task, Audio, _labels, Dictionaries) = (task, audio, labels, dictionaries);
    }

    /// <summary>Utterances, batches and samples.</summary>
    public ManifestData Audio { get; }

    public Manifest Manifest => Audio.Manifest;

    public IReadOnlyList<LabelDictionary> Dictionaries { get; }

    public static string ManifestPath(TaskConfig task, string split) => Path.Combine(task.Data, $"{split}.tsv");

    public static string LabelPath(TaskConfig task, string split, string labels) => Path.Combine(LabelFolder(task), $"{split}.{labels}");

    public static string DictionaryPath(TaskConfig task, string labels) => Path.Combine(LabelFolder(task), $"dict.{labels}.txt");

    /// <summary>Opens one split.</summary>
    /// <exception cref="Runs.UserException">A file is missing or malformed, or no utterance is long enough.</exception>
    public static PretrainingData Open(TaskConfig task, string split)
    {
        var audio = ManifestData.Open(ManifestPath(task, split),
            new(task.MinSampleSize, task.MaxKeepSize, task.MaxSampleSize, task.PadAudio, task.Normalize));
        var dictionaries = task.Labels.Select(l => LabelDictionary.Read(DictionaryPath(task, l))).ToArray();
        var labels = new List<LabelFile>();
        try
        {
            foreach (var name in task.Labels)
            {
                labels.Add(LabelFile.Open(LabelPath(task, split, name)));
                if (labels[^1].Count != audio.Manifest.Entries.Count)
                    throw PretrainingFaults.LineCount(LabelPath(task, split, name), audio.Manifest.Entries.Count, labels[^1].Count,
                        audio.Path);
            }
            return new PretrainingData(task, audio, [.. labels], dictionaries);
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
        var files = new Dictionary<string, string> { [Path.GetFileName(Audio.Path)] = Audio.Fingerprint() };
        for (var set = 0; set < _task.Labels.Count; set++)
        {
            var labels = LabelPath(_task, split, _task.Labels[set]);
            var dictionary = DictionaryPath(_task, _task.Labels[set]);
            files[Path.GetFileName(labels)] = RunFingerprint.Short(_labels[set].Hash());
            files[Path.GetFileName(dictionary)] = $"{Dictionaries[set].Count} classes, {RunFingerprint.HashFile(dictionary)}";
        }
        return files;
    }

    /// <summary>Reads and crops the rows of one batch; crops are a pure function of the arguments.</summary>
    /// <param name="cropSeed">Gives the seed of a row's crop.</param>
    public PretrainingBatch Collate(int[] utterances, Func<int, ulong> cropSeed)
    {
        var geometry = BatchGeometry.Create(Audio.LengthsOf(utterances), _task.PadAudio, _task.MaxSampleSize,
            (row, bound) => _task.RandomCrop ? UpdateSeed.Below(cropSeed(row), bound) : 0);
        return Collate(utterances, geometry);
    }

    internal PretrainingBatch Collate(int[] utterances, BatchGeometry geometry)
    {
        var source = new float[utterances.Length * geometry.SizeSamples];
        for (var row = 0; row < utterances.Length; row++)
            Audio.Read(utterances[row], geometry.Starts[row], source.AsSpan(row * geometry.SizeSamples, (int)geometry.LengthsSamples[row]));
        var targets = new long[_labels.Length][];
        for (var set = 0; set < _labels.Length; set++)
            targets[set] = CollateLabels(utterances, geometry, set);
        return new PretrainingBatch(
            new HubertBatch(source, geometry.LengthsSamples, targets, mask: null),
            utterances,
            geometry.Starts,
            [.. utterances.Select(i => Manifest.Entries[i].Language)]);
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

    private static string LabelFolder(TaskConfig task) => task.LabelDir ?? task.Data;

    public void Dispose()
    {
        foreach (var labels in _labels)
            labels.Dispose();
    }
}
