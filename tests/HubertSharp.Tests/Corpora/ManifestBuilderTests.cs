using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora;

public class ManifestBuilderTests
{
    [Fact]
    public void A_plain_folder_gives_lengths_at_16_kHz_sorted_and_split()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 20; i++)
            Write(folder, $"in/sub{i % 3}/f{i}.{(i % 2 == 0 ? "wav" : "FLAC".ToLowerInvariant())}", 1000 + i, rate: i == 5 ? 8000 : 16000);
        foreach (var name in new[] { "notes.txt", "sub0/b.TXT", "README", ".hidden.bin" })
            folder.Write($"in/{name}", "no audio");
        Directory.CreateSymbolicLink(folder.At("in", "circle"), folder.At("in"));
        var options = new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), Language = "zh", ValidPercent = 0.1 };
        var report = ManifestBuilder.Build(options);
        Assert.Equal([("train", 18), ("valid", 2)], report.Splits.Select(s => (s.Name, s.Utterances)));
        Assert.Empty(report.Skipped);
        Assert.Equal([(".txt", 2), ("", 1)], report.PassedOver);
        var train = Manifest.Read(folder.At("out", "train.tsv"));
        Assert.Equal(folder.At("in"), train.Root);
        Assert.Equal(train.Entries.OrderBy(e => e.RelativePath, StringComparer.Ordinal), train.Entries);
        foreach (var entry in train.Entries.Concat(Manifest.Read(folder.At("out", "valid.tsv")).Entries))
        {
            Assert.Equal("zh", entry.Language);
            var i = int.Parse(Path.GetFileNameWithoutExtension(entry.RelativePath)[1..]);
            Assert.Equal((1000 + i) * (i == 5 ? 2 : 1), entry.LengthSamples);
        }
        var before = File.ReadAllText(folder.At("out", "valid.tsv"));
        ManifestBuilder.Build(options);
        Assert.Equal(before, File.ReadAllText(folder.At("out", "valid.tsv")));
        ManifestBuilder.Build(options with { Seed = 43 });
        Assert.NotEqual(before, File.ReadAllText(folder.At("out", "valid.tsv")));
    }

    [Theory]
    [InlineData("2", null, 6)]
    [InlineData("s1,s3", null, 6)]
    [InlineData("s2,", null, 3)]
    [InlineData(null, "^(?<speaker>s[0-9])", 3)] // until --valid-percent of the files is reached
    [InlineData("1", "f([0-9])", 5)] // the file's number: five folders have each
    public void A_split_by_speakers_has_nobody_in_both(string? valid, string? from, int expected)
    {
        using var folder = Speakers();
        var report = ManifestBuilder.Build(new ManifestOptions
        {
            Folder = folder.At("in"),
            Output = folder.At("out"),
            ValidPercent = 0.1,
            ValidSpeakers = valid,
            SpeakerFrom = from,
        });
        string[] Of(string split) => [.. Manifest.Read(folder.At("out", $"{split}.tsv")).Entries.Select(e =>
            from is "f([0-9])" ? e.RelativePath[4..5] : e.RelativePath[..2])];
        Assert.Equal((15 - expected, expected), (Of("train").Length, Of("valid").Length));
        Assert.Empty(Of("train").Intersect(Of("valid")));
        Assert.Equal(Of("valid").Distinct().Order(), report.Speakers!.Value.Valid);
    }

    [Theory]
    [InlineData("5", null, "expected 1 to 4 of 5 speakers, found 5")]
    [InlineData("0", null, "expected 1 to 4 of 5 speakers, found 0")]
    [InlineData("s1,sx", null, "--valid-speakers: no speaker 'sx', did you mean 's0'? (expected s0, s1, s2, s3, s4)")]
    [InlineData("1", "([", "--speaker-from: not a regular expression")]
    [InlineData("1", "^t([0-9])", "s0/f0.wav: no speaker can be told of 15 files")]
    public void A_split_that_cannot_be_is_one_line(string valid, string? from, string expected)
    {
        using var folder = Speakers();
        var seen = 0;
        Assert.Contains(expected, Assert.Throws<UserException>(() => ManifestBuilder.Build(new ManifestOptions
        {
            Folder = folder.At("in"),
            Output = folder.At("out"),
            ValidSpeakers = valid,
            SpeakerFrom = from,
        }, new Count(() => seen++))).Message);
        Assert.Equal(0, seen); // the names tell it before a file is read
    }

    [Theory]
    [InlineData("LS/train-clean-100/19/198/19-198-0001.flac LS/train-clean-100/26/495/26-495-0001.flac LS/19-26.trans.txt", "19, 26")]
    [InlineData("wav/train/S1/B1.wav wav/dev/S2/B2.wav transcript/aishell_transcript_v0.8.txt", "S1, S2")]
    [InlineData("clips/a.wav clips/b.wav train.tsv", "anna, ben")]
    public void A_layout_that_names_its_speakers_is_split_by_them(string files, string speakers)
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, i) in files.Split(' ').Select((path, i) => ($"in/{path}", i)))
        {
            if (path.EndsWith(".tsv", StringComparison.Ordinal))
                folder.Write(path, "client_id\tpath\tsentence\nanna\ta.wav\tHI\nben\tb.wav\tYOU\n");
            else if (path.EndsWith(".txt", StringComparison.Ordinal))
                folder.Write(path, "19-198-0001 HI\n");
            else
                Write(folder, path, 1000 + i);
        }
        var options = new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), ValidSpeakers = "nobody," };
        Assert.Contains($"(expected {speakers})", Assert.Throws<UserException>(() => ManifestBuilder.Build(options)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, ManifestBuilder.Build(options with { ValidSpeakers = "1" }).Speakers!.Value.All);
    }

    /// <summary>An earlier split's validation files would stand in the new train.tsv too.</summary>
    [Fact]
    public void A_part_of_an_earlier_split_is_kept_under_another_name()
    {
        using var folder = Speakers();
        var options = new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), ValidSpeakers = "2" };
        ManifestBuilder.Build(options);
        folder.Write("out/test.tsv", "/elsewhere\nx.wav\t16000\n"); // somebody's own, of other recordings
        ManifestBuilder.Build(options with { ValidSpeakers = null, ValidPercent = 0 });
        Assert.Equal(["test.tsv", "train.tsv", "train.tsv.1", "valid.tsv.1"],
            Directory.GetFiles(folder.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_output_that_cannot_be_is_said_before_the_files_are_read()
    {
        using var folder = Speakers();
        folder.Write("out", "a file");
        var seen = 0;
        var message = Assert.Throws<UserException>(() => ManifestBuilder.Build(
            new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out") }, new Count(() => seen++))).Message;
        Assert.Equal(
            $"{folder.At("out")}: cannot write (expected a folder, found the file {folder.At("out")}); choose another place", message);
        Assert.Equal(0, seen);
    }

    private sealed class Count(Action seen) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => seen();
    }

    private static TemporaryFolder Speakers()
    {
        var folder = new TemporaryFolder();
        for (var i = 0; i < 15; i++)
            Write(folder, $"in/s{i / 3}/f{i % 3}.wav", 1000);
        return folder;
    }

    [Fact]
    public void What_cannot_be_used_is_left_out_and_listed()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 3; i++)
            Write(folder, $"in/good{i}.wav", 2000);
        Write(folder, "in/short.wav", 300);
        AudioFile.Write(folder.At("in", "silent.flac"), new float[8000], 16000);
        folder.Write("in/text.wav", "a text");
        folder.Write("in/empty.mp3", "");
        File.WriteAllBytes(folder.At("in", "cut.wav"), File.ReadAllBytes(folder.At("in", "good0.wav"))[..1000]);
        File.Copy(folder.At("in", "good0.wav"), folder.At("in", "tab\there.wav"));
        var options = new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), ValidPercent = 0.4 };
        var report = ManifestBuilder.Build(options);
        Assert.Equal(3, report.Splits.Sum(s => s.Utterances));
        Assert.Equal(["cut.wav", "empty.mp3", "short.wav", "silent.flac", "tab\there.wav", "text.wav"], report.Skipped.Select(s => s.File));
        Assert.Contains("every sample is zero", report.Skipped[3].Reason, StringComparison.Ordinal);
        Assert.Equal(6, File.ReadLines(folder.At("out", "skipped.tsv")).Count());
        ManifestBuilder.Build(options);
        Assert.False(File.Exists(folder.At("out", "skipped.tsv.1"))); // it says the same
        Write(folder, "clean/good.wav", 2000);
        folder.Write("out/skipped.tsv", "mine");
        folder.Write("out/train.tsv", "precious");
        ManifestBuilder.Build(options with { Folder = folder.At("clean"), ValidPercent = 0 });
        Assert.Equal("mine", File.ReadAllText(folder.At("out", "skipped.tsv.1")));
        Assert.Equal("precious", File.ReadAllText(folder.At("out", "train.tsv.1")));
        Assert.False(File.Exists(folder.At("out", "skipped.tsv")));
        Assert.StartsWith("6 files cannot be used",
            Assert.Throws<UserException>(() => ManifestBuilder.Build(options with { Strict = true })).Message, StringComparison.Ordinal);
        Assert.Equal(2,
            ManifestBuilder.Build(options with { MinSeconds = 0.0, Quick = true }).Splits.Single(s => s.Name == "valid").Utterances);
    }

    [Fact]
    public void Nothing_to_do_is_an_error()
    {
        using var folder = new TemporaryFolder();
        folder.Write("in/a.wav", "text");
        folder.Write("none/a.txt", "text");
        string Fault(string name) =>
            Assert.Throws<UserException>(
                () => ManifestBuilder.Build(new ManifestOptions { Folder = folder.At(name), Output = folder.At("out") })).Message;
        Assert.Contains("no such folder", Fault("nope"), StringComparison.Ordinal);
        Assert.Contains("no audio file in this folder (expected files ending in .flac", Fault("none"), StringComparison.Ordinal);
        Assert.Contains("can be used (found 1 skipped; the first:", Fault("in"), StringComparison.Ordinal);
        var percent = new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), ValidPercent = 5 };
        Assert.Contains("--valid-percent", Assert.Throws<UserException>(() => ManifestBuilder.Build(percent)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LibriSpeech_brings_its_parts_and_words()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "in/train-clean/1/2/1-2-0.flac", 1000);
        Write(folder, "in/train-clean/1/2/1-2-1.flac", 1100);
        Write(folder, "in/dev-clean/3/4/3-4-0.flac", 1200);
        Write(folder, "in/test-clean/5/6/5-6-0.flac", 1300);
        folder.Write("in/train-clean/1/2/1-2.trans.txt", "1-2-0 HELLO WORLD\n1-2-1 IT'S ME\n");
        folder.Write("in/dev-clean/3/4/3-4.trans.txt", "3-4-0 GOOD DAY\n");
        var report = Build(folder, "auto");
        Assert.Equal("librispeech", report.Format);
        Assert.Equal(1, report.WithoutTranscript);
        Assert.Equal(["HELLO WORLD", "IT'S ME"], File.ReadAllLines(folder.At("out", "train.wrd")));
        Assert.Equal(["H E L L O | W O R L D |", "I T ' S | M E |"], File.ReadAllLines(folder.At("out", "train.ltr")));
        Assert.Equal(["GOOD DAY"], File.ReadAllLines(folder.At("out", "valid.wrd")));
        Assert.Equal([new ManifestEntry("test-clean/5/6/5-6-0.flac", 1300, "en")], Manifest.Read(folder.At("out", "test.tsv")).Entries);
    }

    [Fact]
    public void Aishell_brings_its_parts_and_words()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "in/wav/train/S0002/BAC009S0002W0122.wav", 1000);
        Write(folder, "in/wav/dev/S0724/BAC009S0724W0121.wav", 1200);
        folder.Write("in/transcript/aishell_transcript_v0.8.txt", "BAC009S0002W0122 而 对  楼市\nBAC009S0724W0121 广州市\n");
        Assert.Equal("aishell", Build(folder, "auto").Format);
        Assert.Equal(["而 对 楼市"], File.ReadAllLines(folder.At("out", "train.wrd")));
        Assert.Equal([new ManifestEntry("wav/dev/S0724/BAC009S0724W0121.wav", 1200, "zh")],
            Manifest.Read(folder.At("out", "valid.tsv")).Entries);
    }

    [Fact]
    public void Common_Voice_brings_its_parts_words_and_language()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "in/clips/a.wav", 1000);
        Write(folder, "in/clips/b.wav", 1200);
        Write(folder, "in/clips/unlisted.wav", 1200);
        folder.Write("in/train.tsv", "client_id\tpath\tsentence\tlocale\nx\ta.wav\t你好\tzh-CN\n");
        folder.Write("in/dev.tsv", "client_id\tpath\tsentence\tlocale\ny\tb.wav\t再见\tzh-TW\n");
        Assert.Equal("commonvoice", Build(folder, "auto").Format);
        Assert.Equal([new ManifestEntry("clips/a.wav", 1000, "zh")], Manifest.Read(folder.At("out", "train.tsv")).Entries);
        Assert.Equal(["再见"], File.ReadAllLines(folder.At("out", "valid.wrd")));
        folder.Write("in/train.tsv", "client_id\tpath\tsentence\nx\t../../secret.wav\tx\n");
        Assert.Contains("train.tsv:2", Assert.Throws<UserException>(() => Build(folder, "commonvoice")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WenetSpeech_is_cut_into_its_segments()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Noise(48_000, 3);
        Directory.CreateDirectory(folder.At("in", "audio"));
        AudioFile.Write(folder.At("in", "audio", "Y1.wav"), sound, 16000);
        var filler = new string('x', 100_000); // more than one buffer
        folder.Write("in/WenetSpeech.json", $$"""
            {"dataset": "WenetSpeech", "other": [{"aid": 1}, "{{filler}}"], "audios": [
              {"aid": "Y1", "path": "audio/Y1.wav", "segments": [
                {"sid": "Y1_S1", "begin_time": 0.5, "end_time": 1.25, "text": "你好", "subsets": ["L", "M"], "note": "{{filler}}"},
                {"sid": "Y1_S2", "begin_time": 2, "end_time": 2.5, "text": "世界", "subsets": ["DEV"]}]}]}
            """);
        var report = Build(folder, "auto");
        Assert.Equal("wenetspeech", report.Format);
        var train = Manifest.Read(folder.At("out", "train.tsv"));
        Assert.Equal([new ManifestEntry("Y1/Y1_S1.flac", 12_000, "zh")], train.Entries);
        Assert.Equal(sound.AsSpan(8000, 12_000).ToArray(), AudioFile.Read(train.FullPath(0)));
        Assert.Equal(["世界"], File.ReadAllLines(folder.At("out", "valid.wrd")));
        foreach (var bad in new[]
        {
            """{"audios": [{"aid": "Y1", "path": "../../etc/passwd", "segments": []}]}""", """{"audios": [{"aid": "Y1",""",
            """{"audios": [{"aid": "Y1", "path": "audio/Y1.wav", "segments": [{"sid": "../x", "begin_time":0,"end_time":1,"text":""}]}]}""",
        })
        {
            folder.Write("in/WenetSpeech.json", bad);
            Assert.Contains("the transcripts cannot be read", Assert.Throws<UserException>(() => Build(folder, "wenetspeech")).Message,
                StringComparison.Ordinal);
        }
    }

    private static ManifestReport Build(TemporaryFolder folder, string format) =>
        ManifestBuilder.Build(new ManifestOptions { Folder = folder.At("in"), Output = folder.At("out"), Format = format });

    private static void Write(TemporaryFolder folder, string name, int length, int rate = 16000)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        AudioFile.Write(folder.At(name), Signals.Noise(length, length), rate);
    }
}
