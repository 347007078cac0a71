using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>
/// Real recordings from Debian packages: telephone prompts, dialogues and spoken words as they are, and gcin-voice's Mandarin syllables
/// joined into utterances of one speaker.
/// </summary>
internal static class DebianSpeechCorpus
{
    private const string Cache = "debian";
    private const double HeldOutShare = 0.1; // of a voice's time, for validation and for test each
    private const long MostHeldOut = 270 * (long)AudioFile.SampleRate;
    private const string Version = "2"; // of what is made: raise it with every change of the result

    /// <summary>Makes the corpus, or finds it made already.</summary>
    /// <param name="folder">Where: gets audio/, manifests and transcripts of each part, zh_labels.tsv, speakers.tsv, licences.</param>
    /// <param name="selection">The voices.</param>
    /// <param name="seed">Decides which syllables are joined, the pauses, and the parts.</param>
    /// <param name="progress">Counts decoded and written recordings.</param>
    /// <param name="cancellation">Leaves the folder as it was, or unfinished and marked as such.</param>
    /// <returns>False when the corpus was there already.</returns>
    public static bool Get(
        string folder, DebianSelection selection, long seed, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string>
        {
            ["corpus"] = selection.Name,
            ["version"] = Version,
            ["seed"] = $"{seed}",
            ["speakers"] = string.Join(' ', selection.Voices.Select(v => v.Speaker)) + (selection.HasMandarin ? " and Mandarin" : ""),
        };
        var corpus = new CorpusFolder(folder);
        if (corpus.IsCurrent(settings))
            return false;
        var unpacked = new DebianPackages(CacheFolder.For(Cache), selection.Packages).Fetch(cancellation);
        corpus.Replace(settings, partial => Build(package => unpacked[package], partial, selection, seed, progress, cancellation));
        return true;
    }

    /// <summary>Makes the corpus from unpacked packages in an empty folder.</summary>
    internal static void Build(
        Func<string, string> unpackedOf, string folder, DebianSelection selection, long seed, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var audio = Directory.CreateDirectory(Path.Combine(folder, CorpusFolder.Audio)).FullName;
        var voices = selection.Voices.Select(voice => (Voice: voice, Found: voice.Find(unpackedOf))).ToArray();
        var syllables = selection.HasMandarin ? JoinedMandarin.Count(unpackedOf(JoinedMandarin.Package)) : 0;
        var done = new StageCounter(progress, voices.Sum(v => v.Found.Count) + syllables, "recordings");
        void Count(int more) => done.Add(more);

        var all = new List<(string Split, CorpusUtterance Utterance)>();
        var leftOut = new List<string>();
        foreach (var (voice, found) in voices)
        {
            var (utterances, without) = VoiceRecordings.Write(voice, found, PromptTexts.Read(unpackedOf, voice), audio, Count,
                cancellation);
            var splits = CorpusParts.Assign([.. utterances.Select(u => u.LengthSamples)], HeldOutShare, MostHeldOut,
                seed + Array.IndexOf(PackagedVoices.All, voice));
            all.AddRange(utterances.Select((u, i) => (splits[i], u)));
            leftOut.AddRange(without.Select(w => $"{voice.Package}\t{w.Name}\t{w.Reason}\n"));
        }
        if (selection.HasMandarin)
        {
            var mandarin = JoinedMandarin.Write(unpackedOf(JoinedMandarin.Package), audio, seed, Count, cancellation);
            CorpusFiles.WriteAlignment(Path.Combine(folder, "zh_labels.tsv"), "syllables(zhuyin", mandarin.Select(m => m.Utterance));
            all.AddRange(mandarin);
        }
        foreach (var split in CorpusParts.Splits)
            CorpusFiles.WriteSplit(folder, split, [.. all.Where(u => u.Split == split).Select(u => u.Utterance)]);
        CorpusFiles.WriteSpeakers(folder, all);
        if (leftOut.Count > 0)
            AtomicFile.WriteAllText(Path.Combine(folder, "skipped.tsv"), string.Concat(leftOut));
        DebianLicences.Write(folder, selection, unpackedOf);
    }
}
