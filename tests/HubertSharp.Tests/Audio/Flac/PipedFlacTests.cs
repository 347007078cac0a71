using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Audio.Flac;

/// <summary>FLAC that was written into a pipe: no length in its header, so that its frames alone tell whether it is whole.</summary>
public class PipedFlacTests
{
    private const int Length = 3 * 16000;
    private static readonly byte[] Id3 = [.. "ID3\u0003\0\0\0\0\u0001\0"u8, .. new byte[128]];
    private static readonly byte[] Tag = [.. "TAG"u8, .. new byte[125]];

    private static readonly byte[] Ape =
    [
        .. "APETAGEX"u8, 0xd0, 7, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, .. new byte[8], .. Enumerable.Repeat((byte)0xff, 40),
    ];

    public static TheoryData<string> Options => new()
    {
        "-ar 16000", "-compression_level 0", "-compression_level 12 -ar 44100 -ac 2", "-frame_size 16", "-frame_size 65535 -ar 16000",
        "-sample_fmt s32 -ac 2 -ch_mode mid_side", "-ar 8000 -metadata title=a", "-ac 6 -ar 48000",
        "-lpc_type cholesky -exact_rice_parameters 1",
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void It_is_read_whole_and_what_became_of_its_middle_is_missed(string options)
    {
        using var folder = new TemporaryFolder();
        var bytes = Pipe(folder, options);
        var whole = AudioFile.Read(Put(folder, bytes, "whole.flac"));
        Assert.InRange(whole.Length, Length - 2, Length + 2);
        Assert.Equal(whole.Length, AudioFile.Probe(folder.At("whole.flac")).LengthSamples16k);
        foreach (var (name, changed) in new (string, byte[])[]
        {
            ("tags", [.. Id3, .. bytes, .. Tag]), ("ape", [.. bytes, .. Ape, .. Tag]), ("padding", [.. bytes, .. new byte[70_000]]),
            ("both", [.. bytes, .. Tag, .. new byte[512]]),
        })
            Assert.True(whole.AsSpan().SequenceEqual(AudioFile.Read(Put(folder, changed, name + ".flac"))), name);
        foreach (var (name, changed) in Damages(bytes))
        {
            var path = Put(folder, changed, name + ".flac");
            Assert.StartsWith(path + ": ", Assert.Throws<UserException>(() => AudioFile.Read(path)).Message, StringComparison.Ordinal);
            Assert.Throws<UserException>(() => AudioFile.Probe(path));
            Assert.Throws<UserException>(() => AudioFile.Read(path, whole.Length - 2000, 1000));
        }
    }

    [Fact]
    public void The_message_names_the_frame_that_is_gone_and_the_one_that_is_damaged()
    {
        using var folder = new TemporaryFolder();
        var bytes = Pipe(folder, "-ar 16000");
        var frames = FlacBytes.Frames(bytes);
        Assert.InRange(frames.Count, 10, 60);
        Assert.Contains($"frames are missing (expected frame 3 at byte {frames[3]}, found 5)",
            Fault([.. bytes[..frames[3]], .. bytes[frames[5]..]]), StringComparison.Ordinal);
        Assert.Contains("frames are missing (expected frame 4", Fault([.. bytes[..frames[4]], .. bytes[frames[2]..]]),
            StringComparison.Ordinal);
        var flipped = (byte[])bytes.Clone();
        flipped[frames[4] + 100] ^= 1;
        Assert.Contains($"the frame at byte {frames[4]} does not fit its checksum", Fault(flipped), StringComparison.Ordinal);
        Assert.Contains($"the frame at byte {frames[^2]} does not fit its checksum", Fault(bytes[..^5]), StringComparison.Ordinal);
        // a recording of a broadcast begins anywhere
        var live = AudioFile.Read(Put(folder, [.. bytes[..frames[0]], .. bytes[frames[3]..]], "live.flac"));
        Assert.InRange(live.Length, Length / 2, Length - 1000);

        string Fault(byte[] changed) => Assert.Throws<UserException>(() => AudioFile.Read(Put(folder, changed, "a.flac"))).Message;
    }

    /// <summary>Blocks of any size, with the strategy bit, and as encoders numbered them before there was one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_of_any_size_are_counted_by_their_samples(bool isVariable)
    {
        using var folder = new TemporaryFolder();
        var samples = Signals.Noise(40_000, 2).Select(s => (short)(s * 9000)).ToArray();
        for (var i = 0; i < 3000; i++)
            samples[9000 + i] = (i % 3) switch { 0 => -7, 1 => -8, _ => 0x7008 }; // looks like beginnings of frames
        var random = new Random(1);
        var blocks = new List<int>();
        while (blocks.Sum() < samples.Length)
            blocks.Add(Math.Min(random.Next(16, 5000), samples.Length - blocks.Sum()));
        var bytes = FlacBytes.Write(samples, blocks, isVariable, (_, first) => first);
        var path = Put(folder, bytes, "a.flac");
        Assert.Equal(samples.Select(s => s / 32768f), AudioFile.Read(path));
        Assert.Equal(samples.Length, AudioFile.Probe(path).Frames);
        Assert.Equal(samples.Skip(20_000).Take(500).Select(s => s / 32768f), AudioFile.Read(path, 20_000, 500));
        var frames = FlacBytes.Frames(bytes);
        File.WriteAllBytes(path, [.. bytes[..frames[3]], .. bytes[frames[4]..]]);
        Assert.Contains("frames are missing", Assert.Throws<UserException>(() => AudioFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_libsndfile_writes_is_walked_too_and_the_walk_costs_less_than_decoding()
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("long.flac"), Signals.Noise(600 * 16000, 3), 16000);
        var path = Put(folder, FlacBytes.WithoutTotals(File.ReadAllBytes(folder.At("long.flac"))), "piped.flac");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(600 * 16000, AudioFile.Probe(path).Frames);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20); // decoded it has 38 MB
        Assert.Equal(600 * 16000, AudioFile.Read(path).Length);
    }

    /// <summary>A part behind or in a hole: of a file whose header tells its length nothing is walked, its numbers alone count.</summary>
    [Fact]
    public void Parts_of_a_file_with_totals_come_from_their_place_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.flac"), Signals.Noise(Length, 3), 16000);
        var bytes = File.ReadAllBytes(folder.At("a.flac"));
        var whole = AudioFile.Read(folder.At("a.flac"));
        foreach (var (name, changed) in Damages(bytes))
        {
            var path = Put(folder, changed, name + ".flac");
            for (var start = 0; start + 2000 <= Length; start += 2000)
            {
                float[] part;
                try
                {
                    part = AudioFile.Read(path, start, 2000);
                }
                catch (UserException)
                {
                    continue;
                }
                Assert.True(whole.AsSpan(start, 2000).SequenceEqual(part), $"{name} at {start}");
            }
        }
    }

    private static string Put(TemporaryFolder folder, byte[] bytes, string name)
    {
        File.WriteAllBytes(folder.At(name), bytes);
        return folder.At(name);
    }

    private static byte[] Pipe(TemporaryFolder folder, string options)
    {
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(Length, 5), 16000);
        var start = new ProcessStartInfo("ffmpeg",
            ["-nostdin", "-v", "error", "-i", folder.At("in.wav"), .. options.Split(' '), "-strict", "-2", "-f", "flac", "pipe:1"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Damages(byte[] bytes)
    {
        var (from, to) = (bytes.Length * 45 / 100, bytes.Length * 55 / 100);
        var zeroed = (byte[])bytes.Clone();
        zeroed.AsSpan(from..to).Clear();
        yield return ("zeroed", zeroed);
        var overwritten = (byte[])bytes.Clone();
        new Random(3).NextBytes(overwritten.AsSpan(from..to));
        yield return ("overwritten", overwritten);
        var copied = (byte[])bytes.Clone();
        bytes.AsSpan((from - (to - from))..from).CopyTo(copied.AsSpan(from));
        yield return ("copied", copied);
        yield return ("cut-out", [.. bytes[..from], .. bytes[to..]]);
        yield return ("cut-off", bytes[..(bytes.Length * 9 / 10)]);
    }
}
