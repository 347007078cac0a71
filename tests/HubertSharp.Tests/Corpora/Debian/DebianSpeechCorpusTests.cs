using System.IO.Compression;
using HubertSharp.Audio;
using HubertSharp.Corpora.Debian;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Debian;

public class DebianSpeechCorpusTests
{
    [Fact]
    public void A_small_package_tree_becomes_a_whole_corpus()
    {
        using var folder = new TemporaryFolder();
        var unpacked = MakePackages(folder);
        Directory.CreateDirectory(folder.At("a"));
        Directory.CreateDirectory(folder.At("b"));
        DebianSpeechCorpus.Build(unpacked, folder.At("a"), seed: 3, progress: null, CancellationToken.None, mandarinUtterances: 40);
        DebianSpeechCorpus.Build(unpacked, folder.At("b"), seed: 3, progress: null, CancellationToken.None, mandarinUtterances: 40);
        Assert.Equal(FolderHash.Of(folder.At("a")), FolderHash.Of(folder.At("b")));

        var train = Manifest.Read(folder.At("a", "train.tsv"));
        var valid = Manifest.Read(folder.At("a", "valid.tsv"));
        var all = train.Entries.Concat(valid.Entries).ToArray();
        Assert.Equal(2, valid.Entries.Count(e => e.Language == "zh"));
        Assert.Equal(40, all.Count(e => e.Language == "zh"));
        Assert.Equal(["en/digits__40.flac", "en/hello.flac"],
            all.Where(e => e.Language == "en").Select(e => e.RelativePath).Order(StringComparer.Ordinal));
        var words = File.ReadAllLines(folder.At("a", "train.wrd")).Concat(File.ReadAllLines(folder.At("a", "valid.wrd"))).ToArray();
        Assert.Equal("FORTY", words[Array.FindIndex(all, e => e.RelativePath == "en/digits__40.flac")]);

        var alignment = AlignmentFile.Read(folder.At("a", "zh_labels.tsv"));
        Assert.Equal(40, alignment.Count);
        foreach (var utterance in alignment.Take(10))
        {
            var index = Array.FindIndex(all, e => e.RelativePath == utterance.Name);
            Assert.Equal(all[index].LengthSamples, utterance.LengthSamples);
            Assert.Equal(utterance.LengthSamples, AudioFile.Probe(folder.At("a", "audio", utterance.Name)).LengthSamples16k);
            Assert.Equal(words[index], string.Join(' ', utterance.Segments.Select(s => s.Label)));
            Assert.StartsWith($"zh/spk{utterance.Speaker}_", utterance.Name, StringComparison.Ordinal);
        }
        var licences = File.ReadAllText(folder.At("a", "LICENSES.md"));
        foreach (var name in new[] { "Allison Smith", "CC BY-SA 3.0", "Edward Der-Hua Liu", "Chu Lo", "ChionMeilin", "CC BY 3.0" })
            Assert.Contains(name, licences, StringComparison.Ordinal);
    }

    private static string MakePackages(TemporaryFolder folder)
    {
        foreach (var (i, syllable) in new[] { "ㄇㄚ", "ㄏㄠ3", "ㄋㄧ3" }.Index())
        {
            foreach (var speaker in new[] { "3", "5" })
            {
                AudioFile.Write(folder.At("in.wav"), Signals.Sine(4000 + (500 * i), 300 + (100 * i), 16000), 16000);
                Directory.CreateDirectory(folder.At("x", "usr", "share", "gcin-voice", "ogg", syllable));
                Encoders.Convert(folder.At("in.wav"), folder.At("x", "usr", "share", "gcin-voice", "ogg", syllable, $"{speaker}.ogg"),
                    "-ar", "44100");
            }
        }
        foreach (var (prompt, length) in new[] { ("hello", 9000), ("digits/40", 12000), ("too-short", 7000) })
        {
            var path = folder.At("x", "usr", "share", "asterisk", "sounds", "en_US_f_Allison", prompt + ".g722");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AudioFile.Write(folder.At("in.wav"), Signals.Noise(length, 1), 16000);
            Encoders.Convert(folder.At("in.wav"), path);
        }
        var texts = folder.At("x", "usr", "share", "doc", "asterisk-core-sounds-en");
        Directory.CreateDirectory(texts);
        using var writer = new StreamWriter(new GZipStream(File.Create(Path.Combine(texts, "core-sounds-en.txt.gz")),
            CompressionLevel.Fastest));
        writer.Write("; a comment: no prompt\n\nhello: Hello.\ndigits/40: forty\n");
        return folder.At("x");
    }
}
