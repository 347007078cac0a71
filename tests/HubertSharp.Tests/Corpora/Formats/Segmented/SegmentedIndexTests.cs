using HubertSharp.Audio;
using HubertSharp.Corpora.Formats.Segmented;

namespace HubertSharp.Tests.Corpora.Formats.Segmented;

/// <summary>WenetSpeech's clean form is in <see cref="ManifestBuilderTests"/>.</summary>
public class SegmentedIndexTests
{
    [Fact]
    public void GigaSpeech_loses_its_tags_and_its_noise()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("audio/podcast/P1/POD1.wav", 3);
        corpus.Text("GigaSpeech.json", """
            {"dataset": "GigaSpeech", "language": "EN", "audios": [{"aid": "POD1", "path": "audio/podcast/P1/POD1.wav", "duration": 2.2,
              "segments": [
                {"sid": "POD1_S0", "speaker": "N/A", "begin_time": 0.5, "end_time": 1,
                 "text_tn": "THEY'RE LEAVING <COMMA> WHO <QUESTIONMARK>", "subsets": ["{M}", "{L}"]},
                {"sid": "POD1_S1", "speaker": "bob", "begin_time": 1, "end_time": 1.5, "text_tn": "<MUSIC>", "subsets": ["{L}"]},
                {"sid": "POD1_S2", "speaker": "bob", "begin_time": 2, "end_time": 2.5, "text_tn": "YES <PERIOD>", "subsets": ["{L}"]},
                {"sid": "POD1_S3", "begin_time": 2.5, "end_time": 2.9, "text_tn": "DEV", "subsets": ["{DEV}"]},
                {"sid": "POD1_S4", "begin_time": 2.5, "end_time": 7, "text_tn": "LATE", "subsets": ["{L}"]}]},
             {"aid": "POD2", "path": "audio/podcast/P1/gone.opus", "segments": [
                {"sid": "POD2_S0", "begin_time": 0, "end_time": 1, "text_tn": "GONE", "subsets": ["{L}"]}]}]}
            """);
        var report = corpus.Build();
        Assert.Equal("gigaspeech", report.Format);
        Assert.Equal(["THEY'RE LEAVING WHO", "YES"], corpus.Words());
        Assert.Equal(["DEV"], corpus.Words("valid"));
        Assert.Equal(sound.AsSpan(8000, 8000).ToArray(), AudioFile.Read(corpus.Manifest().FullPath(0)));
        Assert.Equal(["POD1/POD1_S4.flac", "POD2/POD2_S0.flac"], report.Skipped.Select(s => s.File));
        Assert.Equal(["1 segment of noise, music or silence left out, as the index marks them",
            "3 segments end behind the length that the index tells of the recording; the audio's own length counts"], report.Notes);
        Assert.Equal(1, corpus.Build(subset: "M").Splits[0].Utterances);
        Assert.Contains("no segment is in this subset", Of("XS"), StringComparison.Ordinal);

        string Of(string subset)
        {
            corpus.Text("GigaSpeech.json", "{\"audios\": [{\"aid\": \"a\", \"path\": \"a.opus\", \"segments\": [{\"sid\": \"s\", "
                + "\"begin_time\": 0, \"end_time\": 1, \"text_tn\": \"A\", \"subsets\": [\"{L}\"]}]}]}");
            return corpus.Fault(subset: subset);
        }
    }

    [Theory]
    [InlineData("A <COMMA> B <PERIOD>", "A B")]
    [InlineData("<EXCLAMATIONPOINT>", "")]
    [InlineData("<SIL>", null)]
    [InlineData("<OTHER> UH", null)]
    public void Tags_of_GigaSpeech(string text, string? expected) => Assert.Equal(expected, GigaSpeechFormat.Spoken(text));
}
