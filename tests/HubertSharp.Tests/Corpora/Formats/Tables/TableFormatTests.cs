using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora.Formats.Tables;

public class TableFormatTests
{
    [Theory]
    [InlineData("metadata.csv", "file_name,transcription\r\na.wav,\"He said \"\"hi\"\", twice\"\r\nsub/b c.wav,\"two\r\nlines\"\r\n")]
    [InlineData("table.tsv", "\uFEFFpath\tsentence\na.wav\tHe said \"hi\", twice\nsub/b c.wav\ttwo lines\n")]
    [InlineData("metadata.csv", "a|raw|He said \"hi\", twice\nb c|two lines|two lines\n")] // LJSpeech
    [InlineData("my.csv", "id;text\na;\"He said \"\"hi\"\", twice\"\n\"b c\";two lines\n")]
    [InlineData("metadata.jsonl",
        "{\"file_name\": \"./a.wav\", \"text\": \"He said \\\"hi\\\", twice\"}\n{\"file_name\": \"@/sub/b c.flac\", "
            + "\"text\": \"two lines\", \"n\": [1]}\n")]
    [InlineData("train_manifest.json", // NeMo
        "{\"audio_filepath\": \"@/a.wav\", \"duration\": 0.5, \"text\": \"He said \\\"hi\\\", twice\"}\n"
            + "{\"audio_filepath\": \"sub/b c.wav\", \"duration\": 0.6, \"text\": \"two lines\"}\n")]
    public void Every_usual_table_is_read(string name, string table)
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        corpus.Sound("sub/b c.wav", 0.6);
        corpus.Text(name, table.Replace(".flac", ".wav", StringComparison.Ordinal));
        Assert.Equal("table", corpus.Build().Format);
        Assert.Equal([new ManifestEntry("a.wav", 8000), new ManifestEntry("sub/b c.wav", 9600)], corpus.Manifest().Entries);
        Assert.Equal(["He said \"hi\", twice", "two lines"], corpus.Words());
    }

    [Fact]
    public void Columns_give_parts_speakers_languages_and_what_is_missing_is_told()
    {
        using var corpus = new MadeCorpus();
        foreach (var name in new[] { "a", "b", "c", "d" })
            corpus.Sound($"wavs/{name}.wav", 0.5);
        corpus.Text("t.csv", "path,text,speaker,lang,split,gender,duration\na.mp3,ONE,s1,en,train,f,0.5\nwavs/b.wav,,s2,zh,dev,,0.5\n"
            + "c.wav,THREE,s1,en,test,f,7\nnone.wav,FOUR,s1,en,train,f,1\n../../t.csv,FIVE,s1,en,train,f,1\n");
        var report = corpus.Build();
        Assert.Equal(["train", "valid", "test"], report.Splits.Select(s => s.Name));
        Assert.Equal([new ManifestEntry("wavs/b.wav", 8000, "zh")], corpus.Manifest("valid").Entries);
        Assert.Equal("speaker\tlanguage\tsex\ttrain_s\tvalid_s\ttest_s\ns1\ten\tf\t0.5\t0.0\t0.5\ns2\tzh\t\t0.0\t0.5\t0.0\n",
            corpus.Speakers());
        Assert.Equal(["none.wav", "../../t.csv"], report.Skipped.Select(s => s.File));
        Assert.StartsWith($"{corpus.At("in", "t.csv")}:5: no such audio file, or several of this name", report.Skipped[0].Reason,
            StringComparison.Ordinal);
        Assert.Equal(1, report.WithoutTranscript);
        Assert.Equal("1 audio file without a row in the table left out, for example wavs/d.wav", report.Notes[0]);
        Assert.Contains("1 file of another length than the corpus says, for example wavs/c.wav: 0.50 s, not 7.00 s", report.Notes[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_parts_are_one_corpus_and_others_must_be_chosen()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("train/a.wav", 0.5);
        corpus.Sound("dev/a.wav", 0.6);
        corpus.Text("train/metadata.csv", "file_name,text\na.wav,ONE\n");
        corpus.Text("dev/metadata.csv", "file_name,text\na.wav,TWO\n");
        corpus.Build();
        Assert.Equal([new ManifestEntry("dev/a.wav", 9600)], corpus.Manifest("valid").Entries);
        corpus.Text("one.csv", "file_name,text\ntrain/a.wav,OTHER\n");
        corpus.Text("two.csv", "file_name,text\ntrain/a.wav,ANOTHER\n");
        Assert.Contains("several tables (expected one, found one.csv, two.csv); give the file itself in the place of the folder",
            corpus.Fault(),
            StringComparison.Ordinal);
        corpus.Build(list: "two.csv");
        Assert.Equal(["ANOTHER"], corpus.Words());
    }

    [Theory]
    [InlineData("file_name,text\na.wav,ONE,TWO\n", "t.csv:2: malformed line (expected 2 columns, found '3: a.wav,ONE,TWO')")]
    [InlineData("file_name,text\na.wav,\"ONE\n", "t.csv:2: malformed line (expected a quote that ends, found 'a.wav,\"ONE')")]
    [InlineData("file_name,text\n,ONE\n", "t.csv:2: malformed line (expected the name of an audio file, found 'none')")]
    [InlineData("file_name,text\na.wav,ONE\na.wav,TWO\n", "t.csv:3: 'a.wav' stands twice with different content")]
    [InlineData("name,words\na.wav,ONE\n", "t.csv:1: malformed line (expected a header that names a column of files")]
    public void A_table_that_cannot_be_is_one_line(string table, string expected)
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        corpus.Text("t.csv", table);
        Assert.Contains(expected, corpus.Fault(list: "t.csv"), StringComparison.Ordinal);
        File.WriteAllBytes(corpus.At("in", "t.csv"), [.. "file_name,text\na.wav,"u8, 0xc4, 0xe3, (byte)'\n']); // GBK
        Assert.Contains("t.csv:2: the text is not UTF-8; write it anew: iconv -f GBK -t UTF-8 OLD > NEW", corpus.Fault("table"),
            StringComparison.Ordinal);
    }
}
