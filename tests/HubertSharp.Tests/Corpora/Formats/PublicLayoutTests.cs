using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora.Formats;

/// <summary>The dirt of the layouts that are public: <see cref="ManifestBuilderTests"/> has their clean forms.</summary>
public class PublicLayoutTests
{
    [Fact]
    public void LibriSpeech_knows_its_speakers_and_tells_what_is_missing()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("train-clean-100/19/198/19-198-0000.flac", 0.5);
        corpus.Text("train-clean-100/19/198/19-198.trans.txt", "\uFEFF19-198-0000 HELLO  WORLD\r\n19-198-0001 GONE\r\n");
        corpus.Text("SPEAKERS.TXT", ";ID  |SEX| SUBSET           |MINUTES| NAME\n19   | F | train-clean-100  | 25.19 | Kara Shallenberg\n");
        var report = corpus.Build();
        Assert.Equal(["HELLO WORLD"], corpus.Words());
        Assert.Equal("speaker\tlanguage\tsex\ttrain_s\tvalid_s\ttest_s\n19\ten\tF\t0.5\t0.0\t0.0\n", corpus.Speakers());
        Assert.Equal(["1 transcript without audio, for example 19-198-0001"], report.Notes);
        corpus.Text("dev-clean/1/2/1-2.trans.txt", "19-198-0000 OTHER\n");
        Assert.Contains("1-2.trans.txt:1: '19-198-0000' stands twice with different content",
            corpus.Fault().Replace("train-clean-100/19/198/19-198.trans.txt:1", "1-2.trans.txt:1", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Test_files_stay_apart_where_there_is_no_validation_part()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("train-clean/1/2/1-2-0.flac", 0.5);
        corpus.Sound("test-clean/3/4/3-4-0.flac", 0.6);
        corpus.Text("train-clean/1/2/1-2.trans.txt", "1-2-0 A\n");
        corpus.Build();
        Assert.Equal(["test-clean/3/4/3-4-0.flac"], corpus.Manifest("test").Entries.Select(e => e.RelativePath));
        Assert.Equal(["train-clean/1/2/1-2-0.flac"], corpus.Manifest().Entries.Select(e => e.RelativePath));
    }

    [Fact]
    public void AISHELL_2_has_its_transcripts_beside_each_wav_folder_although_a_list_of_Kaldi_lies_there()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("iOS/data/wav/C0001/IC0001W0001.wav", 0.5);
        corpus.Sound("iOS/dev/wav/D0001/ID0001W0001.wav", 0.6);
        corpus.Text("iOS/data/trans.txt", "IC0001W0001\t厨房 用品\r\n");
        corpus.Text("iOS/dev/trans.txt", "ID0001W0001\t家\n");
        corpus.Text("iOS/data/wav.scp", "IC0001W0001\twav/C0001/IC0001W0001.wav\n");
        corpus.Sound("iOS/test/wav/T0001/IT0001W0001.wav", 0.7);
        corpus.Text("iOS/test/trans.txt", "IT0001W0001\t天\n");
        Assert.Equal("aishell", corpus.Build().Format);
        Assert.Equal(["厨房 用品"], corpus.Words()); // what is in no part is for training, and what is in one stays there
        Assert.Equal(["家"], corpus.Words("valid"));
        Assert.Equal(["天"], corpus.Words("test"));
        Assert.Equal("aishell", corpus.Build(list: "iOS/data").Format);
    }

    [Fact]
    public void AISHELL_that_is_still_packed_is_told()
    {
        using var corpus = new MadeCorpus();
        corpus.Text("wav/S0002.tar.gz", "packed");
        corpus.Text("transcript/aishell_transcript_v0.8.txt", "A 而\n");
        Assert.Contains("S0002.tar.gz: the audio is still packed (expected audio files, found archives); unpack them", corpus.Fault(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Common_Voice_may_have_several_languages_names_without_ending_and_clips_that_are_missing()
    {
        using var corpus = new MadeCorpus();
        foreach (var language in new[] { "en", "zh-CN" })
        {
            corpus.Sound($"{language}/clips/a.flac", 0.5);
            File.Move(corpus.At("in", language, "clips", "a.flac"), corpus.At("in", language, "clips", "a.mp3"));
            corpus.Text($"{language}/train.tsv", "client_id\tpath\tsentence\tgender\tlocale\r\n"
                + $"s{language}\ta\tHi\tfemale_feminine\t{language}\r\ns\tgone.mp3\tHo\t\t{language}\r\n");
        }
        corpus.Text("en/dev.tsv", "client_id\tpath\tsentence\ns\ta.mp3\tHi\n");
        var report = corpus.Build();
        Assert.Equal("commonvoice", report.Format);
        Assert.Equal([new ManifestEntry("en/clips/a.mp3", 8000, "en"), new ManifestEntry("zh-CN/clips/a.mp3", 8000, "zh")],
            corpus.Manifest().Entries);
        Assert.Equal(["en/clips/gone.mp3", "zh-CN/clips/gone.mp3"], report.Skipped.Select(s => s.File));
        Assert.Contains("sen\ten\tfemale_feminine\t0.5", corpus.Speakers(), StringComparison.Ordinal);
        Assert.Equal(["1 line named a clip that had been named before, and was passed over"], report.Notes);
    }
}
