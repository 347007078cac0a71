using System.IO.Compression;
using System.Text;
using HubertSharp.Audio;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Formats.Lists;

public class LhotseFormatTests
{
    private const string Ann = "\"speaker\": \"ann\", \"gender\": \"f\", \"language\": \"Chinese\"";

    [Theory]
    [InlineData("lib_cuts_train.jsonl.gz")]
    [InlineData("lib_cuts_train.jsonl")]
    public void Cuts_of_parts_of_recordings_become_files(string name)
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("audio/r 1.wav", 3);
        var recording = Recording("r1", corpus.At("in", "audio", "r 1.wav"), 3);
        Write(corpus, name,
            Cut("c1", 0.5, 1, recording, Supervision("s1", 0, 1, "你好")),
            "",
            Cut("c2", 1, 2, recording, Supervision("s2", 0.25, 0.5, "ONE") + "," + Supervision("s3", 1, 0.5, "TWO")),
            Cut("c3", 0, 1, recording, ""),
            "{\"id\": \"m1\", \"type\": \"MixedCut\", \"tracks\": []}",
            Cut("u1", 0, 1, recording.Replace("\"file\"", "\"command\"", StringComparison.Ordinal), ""),
            Cut("p1", 0, 1, recording[..^1] + ", \"transforms\": [{\"name\": \"Speed\"}]}", ""));
        var report = corpus.Build();
        Assert.Equal("lhotse", report.Format);
        Assert.Equal(
            [("train/c1.flac", 16000, "zh"), ("train/c3.flac", 16000, null), ("train/s2.flac", 8000, "zh"), ("train/s3.flac", 8000, "zh")],
            corpus.Manifest().Entries.Select(e => (e.RelativePath, (int)e.LengthSamples, e.Language)));
        Assert.Equal(["你好", "", "ONE", "TWO"], corpus.Words());
        Assert.Equal(sound.AsSpan(20_000, 8000).ToArray(), AudioFile.Read(corpus.Manifest().FullPath(2)));
        Assert.Equal(["m1", "p1", "u1"], report.Skipped.Select(s => s.File).Order(StringComparer.Ordinal));
        Assert.Contains($"{name}:5: not audio as it lies in a file (expected one recording, of one file, unchanged, found MixedCut)",
            report.Skipped.First(s => s.File == "m1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_recordings_with_their_supervisions_stay_where_they_are()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("audio/a.wav", 0.5);
        corpus.Sound("audio/b.wav", 0.6);
        Write(corpus, "x_recordings_all.jsonl.gz", Recording("a", "audio/a.wav", 0.5), Recording("b", "audio/b.wav", 0.9));
        Write(corpus, "x_supervisions_all.jsonl.gz", Supervision("a-1", 0, 0.5, "ONE").Replace("REC", "a", StringComparison.Ordinal),
            Supervision("b-1", 0, 0.9, "TWO").Replace("REC", "b", StringComparison.Ordinal),
            Supervision("z-1", 0, 0.9, "GONE").Replace("REC", "z", StringComparison.Ordinal));
        var report = corpus.Build();
        Assert.Equal([new ManifestEntry("a.wav", 8000, "zh"), new ManifestEntry("b.wav", 9600, "zh")], corpus.Manifest().Entries);
        Assert.Equal(["ONE", "TWO"], corpus.Words());
        Assert.Contains("ann\tzh\tf\t1.1", corpus.Speakers(), StringComparison.Ordinal);
        Assert.Equal(["z-1"], report.Skipped.Select(s => s.File));
        Assert.Contains("b.wav: 0.60 s, not 0.90 s", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_is_heard_from_its_channel()
    {
        using var corpus = new MadeCorpus();
        var (left, right) = (corpus.Sound("l.wav", 0.5), corpus.Sound("right.wav", 0.5));
        File.WriteAllBytes(corpus.At("in", "two.wav"), Signals.StereoWav(left, right));
        var two = Recording("r", "two.wav", 0.5).Replace("[0]", "[0, 1]", StringComparison.Ordinal);
        var apart = """
            {"id": "m", "sources": [{"type": "file", "channels": [0], "source": "l.wav"}, {"type": "file", "channels": [3], "source":
            "right.wav"}], "duration": 0.5}
            """.ReplaceLineEndings(" ");
        static string On(string channel, string cut) =>
            cut.Replace("\"start\"", $"\"channel\": {channel}, \"start\"", StringComparison.Ordinal);

        Write(corpus, "cuts.jsonl", On("0", Cut("a", 0, 0.5, two, "")), On("1", Cut("b", 0, 0.5, two, "")),
            On("[0, 1]", Cut("c", 0, 0.5, two, "")), On("3", Cut("d", 0, 0.5, apart, "")), On("[0, 3]", Cut("e", 0, 0.5, apart, "")),
            On("1", Cut("f", 0.25, 0.25, two, Supervision("s", 0, 0.25, "ONE"))));
        var report = corpus.Build();
        Assert.Equal(["a.flac", "b.flac", "c.flac", "d.flac", "f.flac"], corpus.Manifest().Entries.Select(e => e.RelativePath));
        var pieces = corpus.Manifest().Entries.Select((_, i) => AudioFile.Read(corpus.Manifest().FullPath(i))).ToArray();
        Assert.Equal([left, right, right, right[4000..]], [pieces[0], pieces[1], pieces[3], pieces[4]]);
        Assert.All(pieces[2].Index(), s => Assert.Equal((left[s.Index] + right[s.Index]) / 2, s.Item, 1f / 16384));
        Assert.Contains("unchanged, found 2 files, and no single channel)", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": \"a\"", "cuts.jsonl:1: malformed line (expected a JSON object")]
    [InlineData("[1]", "cuts.jsonl:1: malformed line (expected a JSON object, found 'Array')")]
    [InlineData("{\"start\": 1}", "cuts.jsonl:1: malformed line (expected an object with an 'id', found 'none')")]
    [InlineData("{\"id\": \"\\ud800\"}", "cuts.jsonl:1: malformed line (expected text")]
    [InlineData("{\"id\": \"a\", \"recording\": {\"sources\": [{\"type\": \"file\", \"source\": \"r.wav\"}]}}",
        "cuts.jsonl:1: malformed line (expected a cut with 'start' and 'duration', found 'a')")]
    public void A_list_that_cannot_be_is_one_line(string line, string expected)
    {
        using var corpus = new MadeCorpus();
        Write(corpus, "cuts.jsonl", line);
        Assert.Contains(expected, corpus.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_unpacks_without_end_is_refused()
    {
        using var corpus = new MadeCorpus();
        Directory.CreateDirectory(corpus.In);
        using (var packed = new GZipStream(File.Create(corpus.At("in", "cuts.jsonl.gz")), CompressionLevel.SmallestSize))
        {
            var blanks = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string(' ', 1023) + "\n", 1024)));
            for (var i = 0; i < 100; i++)
                packed.Write(blanks);
        }
        Assert.Contains("cuts.jsonl.gz: the packed file unpacks without end (expected at most 100 times its size, found more)",
            corpus.Fault(),
            StringComparison.Ordinal);
        Write(corpus, "cuts.jsonl.gz",
            [.. Enumerable.Range(0, 500).Select(i => Cut($"c{i}", 0, 1, Recording("r", $"/r{i * 7919}.wav", 3), ""))]);
        File.WriteAllBytes(corpus.At("in", "cuts.jsonl.gz"), File.ReadAllBytes(corpus.At("in", "cuts.jsonl.gz"))[..3000]);
        Assert.Matches(@"cuts\.jsonl\.gz(: the packed file is cut short|:\d+: malformed line)", corpus.Fault());
    }

    private static string Recording(string id, string source, double seconds) => $$"""
        {"id": "{{id}}", "sources": [{"type": "file", "channels": [0], "source": "{{source}}"}], "duration": {{seconds}}}
        """;

    private static string Supervision(string id, double start, double seconds, string text) => $$"""
        {"id": "{{id}}", "recording_id": "REC", "start": {{start}}, "duration": {{seconds}}, "text": "{{text}}", {{Ann}}}
        """;

    private static string Cut(string id, double start, double seconds, string recording, string supervisions) => $$"""
        {"id": "{{id}}", "start": {{start}}, "duration": {{seconds}}, "supervisions": [{{supervisions}}], "recording": {{recording}}}
        """;

    private static void Write(MadeCorpus corpus, string name, params string[] lines)
    {
        var path = corpus.Text(name, string.Concat(lines.Select(line => line.Trim() + "\r\n")));
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
            return;
        var bytes = File.ReadAllBytes(path);
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        packed.Write(bytes);
    }
}
