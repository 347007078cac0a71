using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Audio;

/// <summary>
/// Every format that <c>hubert manifest</c> finds, and what may happen to a file: where the format can tell, it is refused with the place.
/// </summary>
public class DamagedAudioTests : IClassFixture<DamagedAudioTests.Encoded>
{
    private const int Seconds = 5;

    /// <summary>A file's ending and how ffmpeg makes it.</summary>
    private static readonly Dictionary<string, string> s_formats = new()
    {
        { "vorbis.ogg", "-c:a libvorbis -ar 16000" }, { "stereo.ogg", "-c:a libvorbis -ac 2 -ar 44100" }, { "flac.ogg", "-c:a flac" },
        { "speex.ogg", "-c:a libspeex -ar 16000" }, { "a.opus", "-c:a libopus" },
        { "narrow.opus", "-c:a libopus -ar 8000 -b:a 12k -frame_duration 60" },
        { "cbr.mp3", "-b:a 64k" }, { "vbr.mp3", "-q:a 4 -ar 44100 -ac 2" }, { "bare.mp3", "-write_xing 0 -id3v2_version 0 -ar 22050" },
        { "a.flac", "-ar 16000" }, { "a.m4a", "" }, { "fast.m4a", "-movflags +faststart" }, { "alac.m4a", "-c:a alac" },
        { "a.aac", "-ar 16000" },
        { "opus.mp4", "-c:a libopus" }, { "parts.mp4", "-c:a aac -movflags frag_keyframe+empty_moov" }, { "a.mkv", "-c:a libvorbis" },
        { "pcm.mkv", "-c:a pcm_s16le" },
        { "a.webm", "-c:a libopus" },
    };

    private static readonly Dictionary<string, string> s_bare = new()
    {
        { "a.w64", "" }, { "a.aiff", "-ac 2" }, { "a.aifc", "-f aiff -c:a pcm_mulaw" }, { "a.au", "" }, { "a.caf", "" }, { "a.wav", "" },
        { "wide.wav", "-rf64 always" }, { "packed.wav", "-c:a adpcm_ima_wav" },
    };

    private readonly Encoded _encoded;

    public DamagedAudioTests(Encoded encoded) => _encoded = encoded;

    public static TheoryData<string> Formats => [.. s_formats.Keys];

    public static TheoryData<string> BareFormats => [.. s_bare.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Ten_percent_of_the_middle_are_missed_however_they_went(string name)
    {
        using var folder = new TemporaryFolder();
        var good = _encoded.At(name);
        var bytes = File.ReadAllBytes(good);
        Assert.Equal(AudioFile.Read(good).Length, AudioFile.Probe(good).LengthSamples16k); // whole, it is read
        foreach (var (damage, changed) in Damages(bytes))
        {
            var path = folder.At($"{damage}-{name}");
            File.WriteAllBytes(path, changed);
            var fault = Assert.Throws<UserException>(() => AudioFile.Read(path)).Message;
            Assert.StartsWith(path + ": ", fault, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', fault);
        }
    }

    [Theory]
    [MemberData(nameof(BareFormats))]
    public void Files_of_bare_samples_miss_what_was_cut(string name)
    {
        using var folder = new TemporaryFolder();
        var good = _encoded.At(name);
        var bytes = File.ReadAllBytes(good);
        Assert.NotEmpty(AudioFile.Read(good));
        foreach (var (damage, changed) in Damages(bytes).Where(d => d.Name.StartsWith("cut", StringComparison.Ordinal)))
        {
            var path = folder.At($"{damage}-{name}");
            File.WriteAllBytes(path, changed);
            Assert.Contains("cut short", Assert.Throws<UserException>(() => AudioFile.Read(path)).Message, StringComparison.Ordinal);
            Assert.Contains("cut short", Assert.Throws<UserException>(() => AudioFile.Probe(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_Wave64_that_is_longer_than_it_says_is_missed()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Encode(folder, "a.w64", "-c:a pcm_s24le"));
        var path = folder.At("longer.w64");
        File.WriteAllBytes(path, [.. bytes, .. new byte[1000]]);
        Assert.Contains("the header's length is wrong", Assert.Throws<UserException>(() => AudioFile.Read(path)).Message);
    }

    [Fact]
    public void A_page_that_is_gone_is_missed_and_so_is_a_recording_behind_another()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Encode(folder, "a.opus", "-c:a libopus"));
        var pages = Pages(bytes);
        Assert.True(pages.Count > 5);
        Check("gone.opus", [.. bytes[..pages[3]], .. bytes[pages[4]..]],
            $"pages are missing (expected page 3 of the stream at byte {pages[3]}, found page 4)");
        Check("end.opus", bytes[..pages[^1]], "cut short, or its recorder was stopped");
        Check("twice.opus", [.. bytes, .. File.ReadAllBytes(Encode(folder, "b.opus", "-c:a libopus"))],
            "recordings lie one behind the other");
        var flipped = (byte[])bytes.Clone();
        flipped[pages[4] + 200] ^= 1;
        Check("bit.opus", flipped, $"the page at byte {pages[4]} does not fit its checksum");
        // A broadcast: headers, then pages from the middle of it. And a tag behind the end.
        File.WriteAllBytes(folder.At("live.opus"), [.. bytes[..pages[2]], .. bytes[pages[4]..], .. "TAG"u8, .. new byte[125]]);
        Assert.InRange(AudioFile.Read(folder.At("live.opus")).Length, 16000, (Seconds - 1) * 16000);

        void Check(string name, byte[] changed, string expected)
        {
            File.WriteAllBytes(folder.At(name), changed);
            Assert.Contains(expected, Assert.Throws<UserException>(() => AudioFile.Read(folder.At(name))).Message,
                StringComparison.Ordinal);
            Assert.Contains(expected, Assert.Throws<UserException>(() => AudioFile.Read(folder.At(name), 100, 100)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mp3_files_with_tags_padding_and_parts_are_judged_by_their_frames()
    {
        using var folder = new TemporaryFolder();
        var counted = File.ReadAllBytes(Encode(folder, "a.mp3", "-b:a 64k"));
        var bare = File.ReadAllBytes(Encode(folder, "b.mp3", "-b:a 64k -write_xing 0 -id3v2_version 0"));
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        byte[] id3 = [.. "ID3\u0003\0\0\0\0\u0001\0"u8, .. new byte[128]];
        byte[] ape =
        [
            .. "APETAGEX"u8, 0xd0, 7, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, .. new byte[16], .. Enumerable.Repeat((byte)0xff, 40),
        ];
        foreach (var (name, whole) in new (string, byte[])[]
        {
            ("tag", [.. bare, .. tag]), ("ape", [.. bare, .. ape, .. tag]), ("id3", [.. id3, .. bare]),
            ("padding", [.. id3, .. new byte[700], .. bare]),
            ("zeros", [.. counted, .. new byte[4096]]), ("parts", [.. bare, .. tag, .. id3, .. bare]),
        })
        {
            File.WriteAllBytes(folder.At(name + ".mp3"), whole);
            Assert.InRange(AudioFile.Read(folder.At(name + ".mp3")).Length, Seconds * 16000, (2 * Seconds * 16000) + 16000);
        }
        foreach (var (name, changed) in new (string, byte[])[]
        {
            ("two", [.. counted, .. counted]), // libsndfile stops after the first
            ("zeros", [.. bare, .. new byte[4096]]), ("frame", bare[..^100]), ("frames", counted[..^1920]),
        })
        {
            File.WriteAllBytes(folder.At(name + ".mp3"), changed);
            Assert.Throws<UserException>(() => AudioFile.Read(folder.At(name + ".mp3")));
        }
    }

    [Fact]
    public void A_flac_file_behind_a_tag_is_compared_with_its_header_too()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. "ID3\u0003\0\0\0\0\u0001\0"u8, .. new byte[128], .. File.ReadAllBytes(Encode(folder, "a.flac", "-ar 16000"))];
        File.WriteAllBytes(folder.At("b.flac"), bytes);
        Assert.Equal(Seconds * 16000, AudioFile.Read(folder.At("b.flac")).Length);
        File.WriteAllBytes(folder.At("c.flac"), bytes[..(bytes.Length * 9 / 10)]);
        Assert.Contains("cut short", Assert.Throws<UserException>(() => AudioFile.Read(folder.At("c.flac"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("cut short", Assert.Throws<UserException>(() => AudioFile.Probe(folder.At("c.flac"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A hole in a container, found at the manifest, and by reading a part behind it when it came later.</summary>
    [Fact]
    public void The_manifest_leaves_it_out_with_the_reason_and_parts_are_not_taken_from_another_place()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("audio"));
        foreach (var name in new[] { "a.mkv", "b.ogg", "c.mp3", "good.ogg" })
            Encode(folder, "audio/" + name, "-ar 16000");
        foreach (var name in new[] { "a.mkv", "b.ogg", "c.mp3" })
        {
            var path = folder.At("audio/" + name);
            File.WriteAllBytes(path, Damages(File.ReadAllBytes(path)).First().Bytes);
            Assert.Throws<UserException>(() => AudioFile.Read(path, (Seconds - 1) * 16000, 800));
        }
        ManifestBuilder.Build(new ManifestOptions { Folder = folder.At("audio"), Output = folder.At("out"), ValidPercent = 0 });
        Assert.Equal(2, File.ReadAllLines(folder.At("out/train.tsv")).Length);
        var skipped = File.ReadAllLines(folder.At("out/skipped.tsv"));
        Assert.Equal(["a.mkv", "b.ogg", "c.mp3"], skipped.Select(line => line.Split('\t')[0]));
        Assert.All(skipped, line => Assert.Contains("damaged", line, StringComparison.Ordinal));
    }

    /// <summary>What libsndfile writes, at every rate, and ffmpeg into a pipe, where it cannot go back to the header.</summary>
    [Fact]
    public void Whole_files_of_other_writers_are_read()
    {
        using var folder = new TemporaryFolder();
        var pcm = Signals.Noise(48_000, 5).Select(s => (short)(s * 8000)).ToArray();
        foreach (var format in new[]
        {
            0x010002, 0x020002, 0x030002, 0x070002, 0x0B0002, 0x180002, 0x170002, 0x200060, 0x200064, 0x230082, 0x220002,
            0x20010002, 0x10030002,
        })
        {
            foreach (var rate in new[] { 8000, 16000, 48000 })
            {
                var path = folder.At($"{format:x}-{rate}.{(format == 0x230082 ? "mp3" : "snd")}");
                using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
                    Pcm16Writer.Write(path, file, pcm, rate, format);
                Assert.Equal(Resampler.LengthAt16k(pcm.Length, rate), AudioFile.Read(path).Length);
            }
        }
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(48_000, 5), 16000);
        foreach (var format in new[] { "w64", "aiff", "au", "mp3", "ogg", "adts", "matroska", "webm" })
        {
            var start = new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-i", folder.At("in.wav"), "-f", format, "pipe:1"])
            {
                RedirectStandardOutput = true,
            };
            using (var process = Process.Start(start)!)
            using (var file = File.Create(folder.At("pipe." + format)))
                process.StandardOutput.BaseStream.CopyTo(file);
            Assert.InRange(AudioFile.Read(folder.At("pipe." + format)).Length, 48_000, 52_000);
        }
    }

    private static string Encode(TemporaryFolder folder, string name, string options)
    {
        var source = folder.At("in.wav");
        if (!File.Exists(source))
            WriteSource(source);
        return Encoders.Convert(source, folder.At(name), Options(options));
    }

    private static void WriteSource(string path) => AudioFile.Write(path, [.. Signals.Sine(Seconds * 48000, 300, 48000, 0.3)
        .Zip(Signals.Noise(Seconds * 48000, 1), (a, b) => a + (0.2f * b))], 48000);

    private static string[] Options(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Name, byte[] Bytes)> Damages(byte[] bytes)
    {
        var (from, to) = (bytes.Length * 45 / 100, bytes.Length * 55 / 100);
        var zeroed = (byte[])bytes.Clone();
        zeroed.AsSpan(from..to).Clear();
        yield return ("zeroed", zeroed);
        var overwritten = (byte[])bytes.Clone();
        new Random(3).NextBytes(overwritten.AsSpan(from..to));
        yield return ("overwritten", overwritten);
        yield return ("cut-out", [.. bytes[..from], .. bytes[to..]]);
        yield return ("cut-off", bytes[..(bytes.Length * 9 / 10)]);
    }

    private static List<int> Pages(byte[] bytes)
    {
        var pages = new List<int>();
        for (var at = 0; at < bytes.Length; at += 27 + bytes[at + 26]
            + bytes.AsSpan(at + 27, bytes[at + 26]).ToArray().Sum(lacing => lacing))
            pages.Add(at);
        return pages;
    }

    /// <summary>The recording in every format, by one start of ffmpeg.</summary>
    public sealed class Encoded : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Encoded()
        {
            WriteSource(_folder.At("in.wav"));
            var all = s_formats.Concat(s_bare).ToList();
            Encoders.Convert(_folder.At("in.wav"), _folder.At(all[^1].Key),
                [.. all[..^1].SelectMany(row => Options(row.Value).Append(_folder.At(row.Key))), .. Options(all[^1].Value)]);
        }

        internal string At(string name) => _folder.At(name);

        public void Dispose() => _folder.Dispose();
    }
}
