using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Finetuning;

/// <summary>
/// One split of a fine-tuning: manifest, transcripts and dictionary, and the batches made of them (fairseq: HubertDataset with sequence
/// labels). Collating is safe from several threads.
/// </summary>
internal sealed class TranscriptData : IDisposable
{
    private readonly FinetuningTaskConfig _task;
    private readonly LabelFile _transcripts;

    private readonly TextScript[] _scripts; // of each class
    private readonly Lazy<IReadOnlyList<SymbolUsage>> _usage;

    private TranscriptData(FinetuningTaskConfig task, ManifestData audio, LabelFile transcripts, LabelDictionary dictionary)
    {
        (_task, Audio, _transcripts, Dictionary) = (task, audio, transcripts, dictionary);
        _scripts = [.. dictionary.Symbols.Select((symbol, i) => i <= LabelDictionary.Unk ? TextScript.Other : TextScripts.Of(symbol))];
        _usage = new(() => TranscriptUsage.Of(this));
    }

    /// <summary>Utterances, batches and samples.</summary>
    public ManifestData Audio { get; }

    public Manifest Manifest => Audio.Manifest;

    public LabelDictionary Dictionary { get; }

    /// <summary>How its symbols become text; null where nobody says.</summary>
    public TextRules? Text { get; private init; }

    public string TranscriptPath => _transcripts.Path;

    public static string DictionaryPath(FinetuningTaskConfig task) => Path.Combine(LabelFolder(task), $"dict.{task.Labels[0]}.txt");

    /// <summary>Opens one split.</summary>
    /// <exception cref="Runs.UserException">A file is missing or malformed, or no utterance is long enough.</exception>
    public static TranscriptData Open(FinetuningTaskConfig task, string split)
    {
        var audio = ManifestData.Open(Path.Combine(task.Data, $"{split}.tsv"),
            new(task.MinSampleSize, task.MaxKeepSize, task.MaxSampleSize, task.Pads(), task.Normalize));
        var dictionary = LabelDictionary.ReadOfText(DictionaryPath(task));
        var path = Path.Combine(LabelFolder(task), $"{split}.{task.Labels[0]}");
        var transcripts = LabelFile.OpenOfText(path);
        if (transcripts.Count == audio.Manifest.Entries.Count)
            return new TranscriptData(task, audio, transcripts, dictionary)
            {
                Text = TextRules.Find(TextRules.PathBeside(LabelFolder(task), task.Labels[0])),
            };
        transcripts.Dispose();
        throw FinetuningFaults.LineCount(path, audio.Manifest.Entries.Count, transcripts.Count, audio.Path);
    }

    /// <summary>What a run must find unchanged to go on: each file of a split with its size and its hash.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint()
    {
        var dictionary = DictionaryPath(_task);
        return new Dictionary<string, string>
        {
            [Path.GetFileName(Audio.Path)] = Audio.Fingerprint(),
            [Path.GetFileName(TranscriptPath)] = RunFingerprint.Short(_transcripts.Hash()),
            [Path.GetFileName(dictionary)] = $"{Dictionary.Count} classes, {RunFingerprint.HashFile(dictionary)}",
        };
    }

    /// <summary>Which symbols the transcripts hold: of all, then of each of <see cref="Parts"/>.</summary>
    public IReadOnlyList<SymbolUsage> Usage => _usage.Value;

    /// <summary>What figures are split by: the languages of the manifest, and the code-switched utterances where there are some.</summary>
    public IReadOnlyList<string> Parts => [.. Usage.Select(u => u.Part).OfType<string>()];

    /// <summary>Those of one utterance.</summary>
    /// <param name="utterance">Which.</param>
    /// <param name="target">Its classes.</param>
    public IEnumerable<string> PartsOf(int utterance, int[] target) =>
        FinetuningBatch.PartsOf(Manifest.Entries[utterance].Language, IsCodeSwitched(target));

    /// <summary>The symbols of one utterance as they are written.</summary>
    public string[] Symbols(int utterance) =>
        _transcripts.ReadLine(utterance).TrimStart('\ufeff').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// The classes of one utterance; <c>&lt;pad&gt;</c> and <c>&lt;/s&gt;</c> are not spoken and are left out, as fairseq does.
    /// </summary>
    public int[] Target(int utterance) =>
        [.. _transcripts.Read(utterance, Dictionary).Where(c => c is not (LabelDictionary.Pad or LabelDictionary.Eos))];

    /// <summary>Reads and crops the rows of one batch; crops are a pure function of the arguments. Texts stay whole.</summary>
    /// <param name="utterances">The rows.</param>
    /// <param name="cropSeed">Gives the seed of a row's crop.</param>
    public FinetuningBatch Collate(int[] utterances, Func<int, ulong> cropSeed)
    {
        var geometry = BatchGeometry.Create(Audio.LengthsOf(utterances), _task.Pads(), _task.MaxSampleSize,
            (row, bound) => _task.RandomCrop ? UpdateSeed.Below(cropSeed(row), bound) : 0);
        var source = new float[utterances.Length * geometry.SizeSamples];
        for (var row = 0; row < utterances.Length; row++)
            Audio.Read(utterances[row], geometry.Starts[row], source.AsSpan(row * geometry.SizeSamples, (int)geometry.LengthsSamples[row]));
        int[][] targets = [.. utterances.Select(Target)];
        return new FinetuningBatch(
            new HubertBatch(source, geometry.LengthsSamples, [], mask: null), targets, utterances,
            [.. utterances.Select(i => Manifest.Entries[i].Language)])
        {
            AreCodeSwitched = [.. targets.Select(IsCodeSwitched)],
        };
    }

    private bool IsCodeSwitched(int[] target) => TextScripts.Of(target.Select(c => _scripts[c])) == TextScript.CodeSwitched;

    private static string LabelFolder(FinetuningTaskConfig task) => task.LabelDir ?? task.Data;

    public void Dispose() => _transcripts.Dispose();
}
