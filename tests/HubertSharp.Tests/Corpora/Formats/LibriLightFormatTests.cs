using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora.Formats;

public class LibriLightFormatTests
{
    [Fact]
    public void Speakers_come_from_the_descriptions_and_long_files_are_told()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("100/book_a_64kb/one_64kb.flac", 0.5);
        corpus.Sound("100/book_a_64kb/two_64kb.flac", 0.6);
        corpus.Text("100/book_a_64kb/one_64kb.json", """
            {"speaker": "100", "book_meta": {"language": "English"}, "snr": 9.4, "voice_activity": [[0.1, 0.3], [0.4, 900.0]]}
            """);
        corpus.Text("100/book_a_64kb/two_64kb.json", "{ broken");
        var report = corpus.Build();
        Assert.Equal("librilight", report.Format);
        Assert.Null(report.WithoutTranscript);
        Assert.Equal([new ManifestEntry("100/book_a_64kb/one_64kb.flac", 8000, "en"),
            new ManifestEntry("100/book_a_64kb/two_64kb.flac", 9600, "en")],
            corpus.Manifest().Entries);
        Assert.Contains("100\ten\t1.1", corpus.Speakers(), StringComparison.Ordinal);
        Assert.Equal(["1 recording without a .json of Libri-light beside it: the speaker is the folder's name",
            "the recordings are up to 15 minutes long; 'hubert corpus split-long train.tsv --out pieces' cuts them at pauses"],
            report.Notes);
    }
}
