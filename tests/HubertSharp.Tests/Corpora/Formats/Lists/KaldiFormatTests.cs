using HubertSharp.Audio;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Formats.Lists;

public class KaldiFormatTests
{
    [Fact]
    public void Whole_recordings_stay_where_they_are_with_texts_speakers_and_languages()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("audio/a b.wav", 0.5);
        corpus.Sound("audio/c.flac", 0.6);
        corpus.Text("data/wav.scp", "\uFEFFu1 @/audio/a b.wav\r\nu2\taudio/c.flac\r\n\r\n"); // the second from the recipe's folder
        corpus.Text("data/text", "u1 你 好\r\nu2 good  day\r\nu9 nowhere\r\n");
        corpus.Text("data/utt2spk", "u1 s1\nu2 s2\n");
        corpus.Text("data/utt2lang", "u1 zh\nu2 en\n");
        corpus.Text("data/spk2gender", "s1 f\ns2 m\n");
        corpus.Text("data/utt2dur", "u1 0.5\nu2 3.25\n");
        var report = corpus.Build(list: "data");
        Assert.Equal("kaldi", report.Format);
        Assert.Equal([new ManifestEntry("a b.wav", 8000, "zh"), new ManifestEntry("c.flac", 9600, "en")], corpus.Manifest().Entries);
        Assert.Equal(corpus.At("in", "audio"), corpus.Manifest().Root);
        Assert.Equal(["你 好", "good day"], corpus.Words());
        Assert.Equal("speaker\tlanguage\tsex\ttrain_s\tvalid_s\ttest_s\ns1\tzh\tf\t0.5\t0.0\t0.0\ns2\ten\tm\t0.6\t0.0\t0.0\n",
            corpus.Speakers());
        Assert.Equal(
        [
            $"{corpus.At("in", "data", "text")}: 1 transcript without audio, for example u9",
            "1 file of another length than the corpus says, for example c.flac: 0.60 s, not 3.25 s; the audio's own length counts",
        ], report.Notes);
    }

    [Fact]
    public void Segments_become_files_and_parts_are_kept()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("r1.wav", 3);
        foreach (var part in new[] { "train", "dev", "test_clean", "lang" })
        {
            corpus.Text($"{part}/wav.scp", "r1 ../r1.wav\n");
            corpus.Text($"{part}/segments",
                $"{part}-1 r1 0.5 1.25\n{part}-2 r1 2 -1\n{part}-3 r9 0 1\n{part}-4 r1 2.9 3.2\n{part}-5 r1 2 9\n");
            corpus.Text($"{part}/text", $"{part}-1 ONE\n{part}-2 TWO\n");
        }
        var report = corpus.Build();
        Assert.Equal(["train", "valid", "test"], report.Splits.Select(s => s.Name));
        Assert.Equal([("train/r1/train-1.flac", 12000), ("train/r1/train-2.flac", 16000), ("train/r1/train-4.flac", 1600)],
            corpus.Manifest().Entries.Select(e => (e.RelativePath, (int)e.LengthSamples)));
        Assert.Equal(sound.AsSpan(8000, 12000).ToArray(), AudioFile.Read(corpus.Manifest().FullPath(0)));
        Assert.Equal(["ONE", "TWO", ""], corpus.Words());
        Assert.Equal(["dev-3", "test_clean-3", "train-3", "dev/r1/dev-5.flac", "test/r1", "train/r1"],
            report.Skipped.Select(s => s.File.Replace("valid/", "dev/", StringComparison.Ordinal)
                .Replace("/train-5.flac", "", StringComparison.Ordinal).Replace("/test_clean-5.flac", "", StringComparison.Ordinal)));
        Assert.Contains("wav.scp: the segment's recording is not listed (found 'r9'); add it, or leave the segment out",
            report.Skipped[0].Reason, StringComparison.Ordinal);
        Assert.Contains("the segment ends behind its recording (expected an end within its 3 s, found 2 to 9 s)", report.Skipped[3].Reason,
            StringComparison.Ordinal);
        Assert.Equal(
        [
            "left out, because they are neither train, dev nor test by their names: lang; give such a folder itself to have it",
            "3 segments ended behind their recordings and were cut at its end",
        ], report.Notes);
    }

    [Fact]
    public void Recordings_within_an_archive_are_copied_out()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("one.wav", 0.5);
        var wav = File.ReadAllBytes(corpus.At("in", "one.wav"));
        File.WriteAllBytes(corpus.At("in", "wavs.ark"), [.. "u1 "u8, .. wav, .. "u2 "u8, .. wav.AsSpan(0, 100)]);
        corpus.Text("wav.scp", "u1 @/wavs.ark:3\n");
        corpus.Build();
        Assert.Equal(sound, AudioFile.Read(corpus.Manifest().FullPath(0)));
        Assert.Contains($"u1.wav\t{corpus.At("in", "wavs.ark")}\t", File.ReadAllText(corpus.At("out", "pieces.tsv")),
            StringComparison.Ordinal);
        foreach (var offset in new[] { 4, wav.Length + 6, 99_999_999 })
        {
            corpus.Text("wav.scp", $"u1 @/wavs.ark:{offset}\n");
            Assert.Contains("wav.scp:1: malformed line (expected the place of a whole WAV file in the archive", corpus.Fault(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Segments_are_cut_out_of_an_archive_and_of_one_channel()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("one.wav", 1);
        File.WriteAllBytes(corpus.At("in", "wavs.ark"), [.. "r1 "u8, .. File.ReadAllBytes(corpus.At("in", "one.wav"))]);
        float[] other = [.. sound.Reverse()];
        File.WriteAllBytes(corpus.At("in", "two.wav"), Signals.StereoWav(sound, other));
        corpus.Text("wav.scp", "r1 @/wavs.ark:3\nr2 two.wav\n");
        corpus.Text("segments", "s1 r1 0.25 0.75\ns2 r2 0.25 0.75 1\ns3 r2 0.25 0.75 0\ns4 r2 0.5 -1 0\ns5 r2 0 0.5 -1\ns6 r2 0 1 2\n");
        var report = corpus.Build();
        var pieces = corpus.Manifest().Entries.Select((_, i) => AudioFile.Read(corpus.Manifest().FullPath(i))).ToArray();
        Assert.Equal(sound[4000..12000], pieces[0]);
        Assert.Equal(other[4000..12000], pieces[1]);
        Assert.Equal(sound[4000..12000], pieces[2]);
        Assert.Equal(sound[8000..], pieces[3]);
        Assert.All(pieces[4].Index(), s => Assert.Equal((sound[s.Index] + other[s.Index]) / 2, s.Item, 1f / 16384));
        Assert.Contains("the recording does not have this channel", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(corpus.At("out"), "*.wav", SearchOption.AllDirectories));
        var table = File.ReadAllText(corpus.At("out", "pieces.tsv"));
        Assert.Contains(corpus.At("in", "wavs.ark") + ":3:", table, StringComparison.Ordinal);
        Assert.Contains("two.wav channel 1\t", table, StringComparison.Ordinal);

        corpus.Text("segments", "s1 r1 0.25 0.75\ns2 r2 0.25 0.75 0\n"); // another channel is another piece
        corpus.Build();
        Assert.Equal(sound[4000..12000], AudioFile.Read(corpus.Manifest().FullPath(1)));
        corpus.Text("segments", "s2 r2 0.25 0.75 left\n");
        Assert.Contains("segments:1: malformed line", corpus.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_that_decode_a_file_are_that_file()
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("a b.flac", 0.5);
        float[] other = [.. sound.Reverse()];
        File.WriteAllBytes(corpus.At("in", "two.wav"), Signals.StereoWav(sound, other));
        corpus.Text("wav.scp", "u1 flac -c -d -s '@/a b.flac' |\n");
        var report = corpus.Build();
        Assert.Equal(corpus.At("in", "a b.flac"), corpus.Manifest().FullPath(0));
        Assert.Empty(report.Skipped);

        corpus.Text("wav.scp", "u1 flac -c -d -s '@/a b.flac' |\nu2 /kaldi/tools/sph2pipe -f wav -p -c 2 @/two.wav |\n");
        corpus.Build();
        var pieces = corpus.Manifest().Entries.Select((_, i) => AudioFile.Read(corpus.Manifest().FullPath(i))).ToArray();
        Assert.Equal([sound, other], pieces);
        corpus.Text("segments", "s1 u2 0.25 0.5 0\n"); // sph2pipe leaves one channel
        corpus.Build();
        Assert.Equal(other[4000..], AudioFile.Read(corpus.Manifest().FullPath(0)));
    }

    [Theory]
    [InlineData("u1 sox /x/a.flac -t wav - speed 0.9 |",
        "wav.scp:1: a command in the place of a recording (expected the path of an audio file, found "
            + "'sox /x/a.flac -t wav - speed 0.9 |'); no command is run")]
    [InlineData("u1 nowhere.wav", "wav.scp:1: no such recording (expected a file in ")]
    [InlineData("u1", "wav.scp:1: malformed line (expected NAME PATH, found 'u1'); mend or remove the line")]
    [InlineData("u1 /a.wav\nu1 /b.wav", "wav.scp:2: 'u1' stands twice with different content (expected one line for each name, found two); "
        + "remove one of them")]
    [InlineData("u1 /nowhere/a.wav", "can be used (found 1 skipped; the first: /nowhere/a.wav: no such audio file")]
    public void A_list_that_cannot_be_is_one_line(string list, string expected)
    {
        using var corpus = new MadeCorpus();
        corpus.Text("wav.scp", list + "\n");
        Assert.Contains(expected, corpus.Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s1 r1 0", "segments:1: malformed line (expected UTTERANCE RECORDING START END, times in seconds, and a channel from 0 or "
        + "nothing, found 's1 r1 0')")]
    [InlineData("s1 r1 0 x", "segments:1: malformed line")]
    [InlineData("s1 r1 0 NaN", "segments:1: malformed line")]
    [InlineData("s1 r1 0 1\ns1 r1 0 1", "segments:2: 's1' stands twice")]
    [InlineData("s1 r1 1 0.5", "the times of the segment cannot be (expected a start from 0 on and an end behind it, at most 3600 s later, "
        + "found 1 to 0.5 s)")]
    [InlineData("s1 r1 0 1e9", "the times of the segment cannot be")]
    public void Segments_that_cannot_be_are_one_line(string segments, string expected)
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("r1.wav", 1);
        corpus.Text("wav.scp", "r1 r1.wav\n");
        corpus.Text("segments", segments + "\n");
        Assert.Contains(expected, corpus.Fault(), StringComparison.Ordinal);
    }
}
