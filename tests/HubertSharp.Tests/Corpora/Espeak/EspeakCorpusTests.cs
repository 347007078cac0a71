using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Corpora.Espeak;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora.Espeak;

public class EspeakCorpusTests
{
    [Fact]
    public void The_corpus_is_whole_reproducible_and_aligned()
    {
        using var folder = new TemporaryFolder();
        var options = new CorpusOptions { Minutes = 0.6 };
        Assert.True(Corpus.Get(Corpus.EspeakZhEn, folder.At("a"), options));
        Assert.False(Corpus.Get(Corpus.EspeakZhEn, folder.At("a"), options));
        Assert.True(Corpus.Get(Corpus.EspeakZhEn, folder.At("b"), options));
        Assert.Equal(FolderHash.Of(folder.At("a")), FolderHash.Of(folder.At("b")));

        var heard = new HashSet<string>();
        foreach (var split in CorpusParts.Splits)
        {
            var manifest = Manifest.Read(folder.At("a", $"{split}.tsv"));
            var alignment = AlignmentFile.Read(folder.At("a", $"{split}.phn.tsv"));
            Assert.Equal(manifest.Entries.Select(e => e.RelativePath), alignment.Select(u => u.Name));
            Assert.Equal(manifest.Entries.Count, File.ReadLines(folder.At("a", $"{split}.wrd")).Count());
            Assert.Equal(["en", "zh"], manifest.Entries.Select(e => e.Language).Distinct());
            Assert.All(alignment.Select(u => u.Speaker!).Distinct(), speaker => Assert.True(heard.Add(speaker), $"{speaker} in two parts"));
            for (var i = 0; i < manifest.Entries.Count; i++)
            {
                var samples = AudioFile.Read(manifest.FullPath(i));
                Assert.Equal(manifest.Entries[i].LengthSamples, samples.Length);
                Assert.Equal(samples.Length, alignment[i].LengthSamples);
                CheckLoudWhereSpoken(samples, alignment[i]);
            }
        }
        Assert.True(Corpus.Get(Corpus.EspeakZhEn, folder.At("a"), options with { Seed = 7 }));
        Assert.NotEqual(FolderHash.Of(folder.At("a")), FolderHash.Of(folder.At("b")));
    }

    [Fact]
    public void Every_part_has_women_and_men_of_its_own()
    {
        string[] women = ["f1", "belinda", "steph", "steph3", "Annie", "aunty", "grandma", "linda", "shelby"];
        foreach (var speakers in EspeakSpeaker.All.GroupBy(s => (s.Language, s.Split)))
        {
            var female = speakers.Count(s => women.Contains(s.Voice.Split('+').ElementAtOrDefault(1)));
            Assert.Equal(speakers.Count(), 2 * female);
            Assert.Equal(speakers.Key.Split == CorpusParts.Train ? 16 : 2, speakers.Count());
        }
        Assert.Equal(EspeakSpeaker.All.Length, EspeakSpeaker.All.Select(s => (s.Voice, s.Pitch)).Distinct().Count());
    }

    [Fact]
    public void A_phone_lasts_until_the_next_event()
    {
        var events = new[] { (0, "(en)"), (0, "h"), (100, ""), (150, "oʊ"), (150, "(cmn)"), (400, "n"), (400, "m"), (900, "x") };
        Assert.Equal([new("h", 0, 100), new("oʊ", 150, 400), new("m", 400, 800)], EspeakSynthesizer.Segments(events, new short[800]));
        var pcm = new short[800];
        pcm.AsSpan(100, 50).Fill(1000); // a sound that has no symbol
        Assert.Equal([new("h", 0, 150), new("oʊ", 150, 400), new("m", 400, 800)], EspeakSynthesizer.Segments(events, pcm));
    }

    [Fact]
    public void Too_little_and_more_than_the_disk_holds_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("--minutes",
            Assert.Throws<UserException>(() => Corpus.Get(Corpus.EspeakZhEn, folder.At("a"), new CorpusOptions { Minutes = 0 })).Message,
            StringComparison.Ordinal);
        Assert.Contains("the disk has no room",
            Assert.Throws<UserException>(() => Corpus.Get(Corpus.EspeakZhEn, folder.At("a/b"), new CorpusOptions { Minutes = 1e20 }))
                .Message, StringComparison.Ordinal);
        Assert.Contains("no such corpus",
            Assert.Throws<UserException>(() => Corpus.Get("nope", folder.At("a"), new CorpusOptions())).Message, StringComparison.Ordinal);
    }

    // Vowels are loud and pauses are not: the alignment would have to be off by a phone to miss that.
    private static void CheckLoudWhereSpoken(float[] samples, AlignedUtterance utterance)
    {
        var isPhone = new bool[samples.Length];
        foreach (var segment in utterance.Segments)
            isPhone.AsSpan((int)segment.StartSample, (int)(segment.EndSample - segment.StartSample)).Fill(true);
        double Power(bool speech) => samples.Where((_, i) => isPhone[i] == speech).Select(s => (double)s * s).DefaultIfEmpty(0).Average();
        Assert.InRange(Power(speech: true), 20 * Power(speech: false), 1);
        Assert.InRange(utterance.Segments.Count, 5, 200);
    }
}
