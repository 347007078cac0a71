using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Corpora.Debian;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora.Debian;

public sealed class DebianSpeechCorpusTests(DebianSpeechCorpusTests.Packages packages) : IClassFixture<DebianSpeechCorpusTests.Packages>
{
    [Fact]
    public void A_small_package_tree_becomes_a_whole_corpus()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(folder.At(name));
            DebianSpeechCorpus.Build(
                _ => packages.Unpacked, folder.At(name), DebianSelection.Demo, 3, progress: null, CancellationToken.None);
        }
        Assert.Equal(FolderHash.Of(folder.At("a")), FolderHash.Of(folder.At("b")));

        var manifests = CorpusParts.Splits.ToDictionary(s => s, s => Manifest.Read(folder.At("a", $"{s}.tsv")).Entries);
        var all = manifests.Values.SelectMany(m => m).ToArray();
        Assert.Equal(400, manifests["train"].Count(e => e.Language == "zh"));
        Assert.All(manifests.Values, m => Assert.Equal(["en", "zh"], m.Select(e => e.Language!).Distinct()));
        Assert.Equal(["en/allison_digits__40.flac", "en/allison_hello.flac", "en/allison_one.flac", "en/allison_two.flac"],
            all.Where(e => e.Language == "en").Select(e => e.RelativePath).Order(StringComparer.Ordinal));
        string[] words = [.. CorpusParts.Splits.SelectMany(s => File.ReadAllLines(folder.At("a", $"{s}.wrd")))];
        Assert.Equal("FORTY", words[Array.FindIndex(all, e => e.RelativePath == "en/allison_digits__40.flac")]);

        var alignment = AlignmentFile.Read(folder.At("a", "zh_labels.tsv"));
        Assert.Equal(all.Count(e => e.Language == "zh"), alignment.Count);
        foreach (var utterance in alignment.Take(10))
        {
            var index = Array.FindIndex(all, e => e.RelativePath == utterance.Name);
            Assert.Equal(all[index].LengthSamples, utterance.LengthSamples);
            Assert.Equal(utterance.LengthSamples, AudioFile.Probe(folder.At("a", "audio", utterance.Name)).LengthSamples16k);
            Assert.Equal(words[index], string.Join(' ', utterance.Segments.Select(s => s.Label)));
            Assert.StartsWith($"zh/spk{utterance.Speaker}_", utterance.Name, StringComparison.Ordinal);
        }
        Assert.Equal("asterisk-core-sounds-en-g722\ttoo-short\tbelow half a second\n", File.ReadAllText(folder.At("a", "skipped.tsv")));
        CheckLicences(folder, "Allison Smith", "CC BY-SA 3.0", "Edward Der-Hua Liu", "Chu Lo", "ChionMeilin", "CC BY 3.0");
        Assert.Equal("licence of gcin-voice", File.ReadAllText(folder.At("a", "licences", "gcin-voice.txt")));
    }

    [Fact]
    public void No_recording_of_a_syllable_stands_in_two_parts()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("a"));
        DebianSpeechCorpus.Build(_ => packages.Unpacked, folder.At("a"), DebianSelection.Demo, 3, progress: null, CancellationToken.None);
        var alignment = AlignmentFile.Read(folder.At("a", "zh_labels.tsv")).ToDictionary(u => u.Name);
        var parts = CorpusParts.Splits.ToDictionary(s => s, s => Manifest.Read(folder.At("a", $"{s}.tsv")).Entries
            .Where(e => e.Language == "zh").SelectMany(e => alignment[e.RelativePath].Segments
                .Select(syllable => (alignment[e.RelativePath].Speaker, syllable.Label))).ToArray());
        Assert.Empty(parts["train"].Intersect(parts["valid"]));
        Assert.Empty(parts["train"].Intersect(parts["test"]));
        Assert.Empty(parts["valid"].Intersect(parts["test"]));
        Assert.Equal(parts["test"].Distinct().Count(), parts["test"].Length); // each once
        Assert.Equal(24, parts.Values.SelectMany(p => p).Distinct().Count());
    }

    [Fact]
    public void A_language_brings_its_voices_alone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("a"));
        var selection = DebianSelection.Of(["cs", "es"], narrowBand: false) is var chosen
            ? chosen with { Voices = [.. chosen.Voices.Where(v => v.Speaker != "allison-es")] }
            : null!;
        Assert.Equal(["tuxpaint-stamps-default", "fillets-ng-data-cs"], selection.Packages);
        DebianSpeechCorpus.Build(_ => packages.Unpacked, folder.At("a"), selection, 3, progress: null, CancellationToken.None);
        var all = CorpusParts.Splits.SelectMany(s => Manifest.Read(folder.At("a", $"{s}.tsv")).Entries).ToArray();
        // of two equal recordings one is taken, and what no fish says is left out
        Assert.Equal(
            ["cs/fillets-cs-m_city__cs__vit-m-hlava.flac", "cs/fillets-cs-v_city__cs__vit-v-hlava.flac",
                "es/tuxpaint-es_apple.flac", "es/tuxpaint-es_dog.flac", "es/tuxpaint-es_pig.flac"],
            all.Select(e => e.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal("fillets-ng-data-cs\tcity/cs/vit-v-torn\tdamaged\n", File.ReadAllText(folder.At("a", "skipped.tsv")));
        Assert.False(File.Exists(folder.At("a", "zh_labels.tsv")));
        var speakers = File.ReadAllLines(folder.At("a", "speakers.tsv"));
        Assert.Equal("speaker\tlanguage\ttrain_s\tvalid_s\ttest_s", speakers[0]);
        Assert.Equal(["tuxpaint-es\tes", "fillets-cs-m\tcs", "fillets-cs-v\tcs"],
            speakers[1..].Select(line => string.Join('\t', line.Split('\t')[..2])));
        Assert.DoesNotContain("0.0", speakers[1].Split('\t'), StringComparer.Ordinal); // three recordings: one for each part
        CheckLicences(folder, "Estefanía Ortiz", "small fish", "General Public License 2");
    }

    [Fact]
    public void A_language_without_a_voice_names_those_that_have_one() =>
        Assert.Contains("en, es, fr, it, ru, ro, bg, el, be, ca, cs, nl, zh",
            Assert.Throws<UserException>(
                () => Corpus.Get(Corpus.DebianSpeech, "x", new CorpusOptions { Languages = ["en", "xx"] })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Voices_are_told_apart_by_name_and_telephone_recordings_are_asked_for()
    {
        Assert.Equal(PackagedVoices.All.Length, PackagedVoices.All.Select(v => v.Speaker).Distinct().Count());
        Assert.All(PackagedVoices.All, v => Assert.Matches("^[a-z-]+$", v.Speaker));
        Assert.DoesNotContain(DebianSelection.Of(null, narrowBand: false).Voices, v => v.IsNarrowBand);
        Assert.Equal(PackagedVoices.All, DebianSelection.Of(null, narrowBand: true).Voices);
        Assert.False(DebianSelection.Of(["en"], narrowBand: false).HasMandarin);
    }

    private static void CheckLicences(TemporaryFolder folder, params string[] names)
    {
        var licences = File.ReadAllText(folder.At("a", "LICENSES.md"));
        Assert.All(names, name => Assert.Contains(name, licences, StringComparison.Ordinal));
    }

    /// <summary>Made once: they are read, and nothing is written there.</summary>
    public sealed class Packages : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Packages() => Unpacked = SmallPackages.Make(_folder);

        public string Unpacked { get; }

        public void Dispose() => _folder.Dispose();
    }
}
