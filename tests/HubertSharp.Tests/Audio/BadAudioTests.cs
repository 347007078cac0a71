using System.Diagnostics;
using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Audio;

public class BadAudioTests
{
    private static readonly short[] Second = [.. Signals.Noise(16_000, 8).Select(s => (short)(s * 32768))];

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal("/nowhere/a.wav: no such audio file; check the path", Fault("/nowhere/a.wav"));

    [Fact]
    public void An_empty_file_says_so() =>
        Check("a.flac", [], "the file is empty (expected audio, found 0 bytes)");

    [Fact]
    public void A_wav_that_was_cut_says_how_much_is_there() =>
        Check("a.wav", WavBytes.Pcm16(Second)[..20_044], "cut short or its header lies (expected 32000 bytes of audio, found 20000)");

    [Theory]
    [InlineData(0xFFFFFFFEu)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(32002u)]
    public void A_wav_header_that_promises_more_is_refused(uint promised) =>
        Check("a.wav", WavBytes.Pcm16(Second).WithUInt32(WavBytes.DataSizeAt, promised),
            $"expected {promised} bytes of audio, found 32000");

    [Theory]
    [InlineData(0u)]
    [InlineData(1000u)]
    [InlineData(31000u)]
    public void A_wav_header_that_promises_less_is_refused(uint promised) =>
        Check("a.wav", WavBytes.Pcm16(Second).WithUInt32(WavBytes.DataSizeAt, promised),
            $"the header's length is wrong (expected {promised} bytes of audio, found 32000)");

    [Fact]
    public void A_header_without_samples_holds_no_audio() =>
        Check("a.wav", WavBytes.Pcm16([]), "holds no audio samples");

    [Fact]
    public void A_header_alone_is_damaged() =>
        Check("a.wav", WavBytes.Pcm16(Second)[..30], "");

    [Fact]
    public void Absurd_rates_and_channels_are_refused()
    {
        Check("a.wav", WavBytes.Pcm16(Second).WithUInt32(WavBytes.RateAt, 0), "");
        Check("a.wav", WavBytes.Pcm16(Second).WithUInt32(WavBytes.RateAt, 999_999_999), "999999999 Hz");
        var wav = WavBytes.Pcm16(Second);
        wav[WavBytes.ChannelsAt] = 200;
        Check("a.wav", wav, "");
    }

    [Theory]
    [InlineData(float.NaN, "found NaN at sample 7")]
    [InlineData(float.PositiveInfinity, "found Infinity at sample 7")]
    public void A_sample_that_is_no_number_is_found(float bad, string expected)
    {
        var samples = new float[100];
        samples[7] = bad;
        Check("a.wav", WavBytes.Float32(samples), expected, probeSeesIt: false);
    }

    [Fact]
    public void Integers_in_a_float_file_are_out_of_scale() =>
        Check("a.wav", WavBytes.Float32([0, 12000, -30000]), "values in [-1, 1], found a peak of 3E+04", probeSeesIt: false);

    [Fact]
    public void Overshoot_of_a_float_file_is_cut()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("a.wav"), WavBytes.Float32([1.25f, -1.5f, 0.5f]));
        Assert.Equal([1f, -1f, 0.5f], AudioFile.Read(folder.At("a.wav")));
    }

    [Theory]
    [InlineData("a.wav")]
    [InlineData("a.mp3")]
    [InlineData("a.xyz")]
    public void Text_is_no_audio(string name) =>
        Check(name, "This is a text, whatever its name says.\n"u8.ToArray(), "not an audio file");

    [Fact]
    public void A_playlist_fetches_nothing() =>
        Check("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"u8.ToArray(),
            "not an audio file");

    [Theory]
    [InlineData("a.flac", 20_000)]
    [InlineData("a.ogg", 3_000)]
    [InlineData("a.opus", 5_000)]
    [InlineData("a.mp3", 8_000)]
    [InlineData("a.m4a", 12_000)]
    [InlineData("a.mkv", 12_000)]
    public void A_compressed_file_that_was_cut_is_refused(string name, int kept)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(48_000, 1), 16000);
        Encoders.Convert(folder.At("in.wav"), folder.At(name));
        var bytes = File.ReadAllBytes(folder.At(name));
        Assert.True(bytes.Length > kept + 1000);
        Check(name, bytes[..kept], "");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(15_999)]
    [InlineData(16_001)]
    [InlineData(0xF_FFFF_FFFF)]
    public void A_flac_header_that_lies_is_found_out(long promised)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("in.flac"), Signals.Noise(16_000, 1), 16000);
        var bytes = File.ReadAllBytes(folder.At("in.flac"));
        bytes[21] = (byte)((bytes[21] & 0xF0) | (byte)(promised >> 32)); // STREAMINFO's 36 bits of total samples
        bytes.AsSpan().WithBigEndian(22, (uint)promised);
        Check("a.flac", bytes, $"expected {promised} samples, found 16000");
    }

    [Fact]
    public void A_folder_and_a_pipe_are_no_files()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("a.wav"));
        Assert.Contains("not a regular file", Fault(folder.At("a.wav")), StringComparison.Ordinal);
        using (var process = Process.Start("mkfifo", [folder.At("b.wav")])!)
            process.WaitForExit();
        Assert.Contains("not a regular file", Fault(folder.At("b.wav")), StringComparison.Ordinal); // and does not wait for a writer
    }

    [Fact]
    public void A_crop_beyond_the_end_tells_the_true_length()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, rate, length) in new[] { ("a.wav", 16000, 16000), ("b.flac", 8000, 32000), ("c.g722", 16000, 16000) })
        {
            AudioFile.Write(folder.At("in.wav"), Signals.Noise(16000, 1), rate);
            Encoders.Convert(folder.At("in.wav"), folder.At(name));
            foreach (var (start, count) in new[] { (length - 10, 11), (length, 1), (length + 100_000, 5) })
            {
                var fault = Assert.Throws<UserException>(() => AudioFile.Read(folder.At(name), start, count)).Message;
                Assert.Contains($"wrong sample count (expected at least {start + count} samples at 16 kHz, found {length})", fault,
                    StringComparison.Ordinal);
            }
        }
    }

    private static void Check(string name, byte[] bytes, string expected, bool probeSeesIt = true)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At(name), bytes);
        var fault = Assert.Throws<UserException>(() => AudioFile.Read(folder.At(name))).Message;
        Assert.StartsWith(folder.At(name) + ": ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
        if (probeSeesIt)
            Assert.Equal(fault, Assert.Throws<UserException>(() => AudioFile.Probe(folder.At(name))).Message);
    }

    private static string Fault(string path) => Assert.Throws<UserException>(() => AudioFile.Read(path)).Message;
}
