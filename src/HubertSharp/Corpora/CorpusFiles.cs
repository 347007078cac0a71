using System.Text;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora;

/// <summary>Writes what lies beside the audio: manifests with language, transcripts, alignments.</summary>
internal static class CorpusFiles
{
    /// <summary>Writes <c>{split}.tsv</c>, <c>{split}.wrd</c> and <c>{split}.ltr</c>, one line per utterance in the same order.</summary>
    public static void WriteSplit(string folder, string split, IReadOnlyList<CorpusUtterance> utterances)
    {
        var entries = utterances.Select(u => new ManifestEntry(u.RelativePath, u.LengthSamples, u.Language)).ToArray();
        // A relative root: the corpus may be moved, and two of the same seed are equal to the last bit.
        new Manifest(CorpusFolder.Audio, entries).Write(Path.Combine(folder, $"{split}.tsv"));
        Transcripts.Write(folder, split, [.. utterances.Select(u => string.Join(' ', u.Words))]);
    }

    /// <summary>Writes <c>speakers.tsv</c>: each speaker with language and seconds in every part.</summary>
    public static void WriteSpeakers(string folder, IEnumerable<(string Split, CorpusUtterance Utterance)> utterances) =>
        Runs.Files.AtomicFile.WriteAllText(Path.Combine(folder, SpeakerTable.Name), SpeakerTable.Text(utterances
            .Select(u => (u.Utterance.Speaker, (string?)u.Utterance.Language, u.Split, u.Utterance.LengthSamples))));

    /// <summary>
    /// Writes an alignment: a header, then per utterance <c>path TAB speaker TAB samples TAB label:start:end ...</c>, in samples at
    /// 16 kHz, end exclusive. <c>hubert quality</c> reads it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What the labels are, for the header: <c>syllables(zhuyin</c>, <c>phones(espeak-ng</c>.</param>
    /// <param name="utterances">Utterances whose segments are known.</param>
    public static void WriteAlignment(string path, string kind, IEnumerable<CorpusUtterance> utterances)
    {
        var text = new StringBuilder($"utt\tspeaker\tsamples\t{kind}:start:end, in samples, end exclusive)\n");
        foreach (var utterance in utterances)
        {
            text.Append(utterance.RelativePath).Append('\t').Append(utterance.Speaker).Append('\t').Append(utterance.LengthSamples)
                .Append('\t');
            text.AppendJoin(' ', utterance.Segments.Select(s => $"{s.Label}:{s.StartSample}:{s.EndSample}")).Append('\n');
        }
        Runs.Files.AtomicFile.WriteAllText(path, text.ToString());
    }
}
