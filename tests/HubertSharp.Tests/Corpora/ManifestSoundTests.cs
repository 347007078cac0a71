using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora;

/// <summary>What a manifest finds in the sound itself, beyond damage.</summary>
public sealed class ManifestSoundTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 0.0)]
    [InlineData(4, 0.0)]
    [InlineData(2, 0.01)] // nearly: what is left of it is no recording
    public void Channels_in_opposite_phase_are_called_that(int channels, double noise)
    {
        var mono = Signals.Noise(16000, 3);
        var random = new Random(5);
        var samples = new short[mono.Length * channels];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)((mono[i / channels] * (i % 2 == 0 ? 1 : -1) + (noise * (random.NextDouble() - 0.5))) * 20000);
        Directory.CreateDirectory(_folder.At("in"));
        File.WriteAllBytes(_folder.At("in", "anti.wav"), WavBytes.Pcm16(samples, channels: channels));
        AudioFile.Write(_folder.At("in", "ok.wav"), mono, 16000);
        var skipped = Assert.Single(Build().Skipped);
        Assert.Equal("anti.wav", skipped.File);
        Assert.StartsWith($"its {channels} channels cancel each other", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_silent_channel_or_unlike_channels_stay()
    {
        var (left, right) = (Signals.Noise(16000, 3), Signals.Noise(16000, 4));
        Directory.CreateDirectory(_folder.At("in"));
        File.WriteAllBytes(_folder.At("in", "half.wav"),
            WavBytes.Pcm16([.. left.SelectMany(s => new[] { (short)(s * 20000), (short)0 })], channels: 2));
        File.WriteAllBytes(_folder.At("in", "two.wav"),
            WavBytes.Pcm16([.. left.Zip(right).SelectMany(p => new[] { (short)(p.First * 20000), (short)(p.Second * 20000) })],
                channels: 2));
        Assert.Empty(Build().Skipped);
    }

    /// <summary>A file of 8 kHz, and one that was brought to 16 kHz before: both have an empty upper half.</summary>
    [Fact]
    public void Files_of_half_the_band_among_others_are_warned_of()
    {
        Directory.CreateDirectory(_folder.At("in"));
        for (var i = 0; i < 3; i++)
            AudioFile.Write(_folder.At("in", $"full{i}.wav"), Signals.Noise(32000, i), 16000);
        Assert.Null(Build().Narrow);
        AudioFile.Write(_folder.At("in", "eight.wav"), Signals.Noise(16000, 8), 8000);
        Encoders.Convert(_folder.At("in", "eight.wav"), _folder.At("in", "upsampled.flac"), "-ar", "16000");
        var narrow = Build().Narrow!;
        Assert.Equal((2, 5, 4000.0, "eight.wav"), (narrow.Files, narrow.OfFiles, narrow.LimitHz, narrow.Example));
        Assert.Contains("2 of 5 files (0.00 h) hold nothing above 4 kHz", narrow.Message, StringComparison.Ordinal);
        Assert.Contains("recorded or stored at 8 kHz", narrow.Message, StringComparison.Ordinal);
        Assert.Equal(1, Build(quick: true).Narrow!.Files); // headers alone
    }

    [Theory]
    [InlineData("aiff")]
    [InlineData("au")]
    [InlineData("caf")]
    [InlineData("wma")]
    [InlineData("w64")]
    [InlineData("gsm", "-ar", "8000")]
    [InlineData("voc")]
    [InlineData("mka")]
    [InlineData("oga")]
    public void Every_usual_format_is_found_by_its_ending(string ending, params string[] options)
    {
        Directory.CreateDirectory(_folder.At("in"));
        AudioFile.Write(_folder.At("source.wav"), Signals.Sine(32000, 440, 16000), 16000);
        Encoders.Convert(_folder.At("source.wav"), _folder.At("in", "a." + ending), options);
        var report = Build();
        Assert.Empty(report.Skipped);
        Assert.InRange(Manifest.Read(_folder.At("out", "train.tsv")).Entries[0].LengthSamples, 31000, 36000);
    }

    /// <summary>NIST SPHERE and AMR have no encoder here: a header of one, and frames of the other that say "no data".</summary>
    [Fact]
    public void Sphere_and_amr_are_found_by_their_endings()
    {
        Directory.CreateDirectory(_folder.At("in"));
        var header = "NIST_1A\n   1024\nchannel_count -i 1\nsample_rate -i 16000\nsample_n_bytes -i 2\nsample_byte_format -s2 01\n"
            + "sample_sig_bits -i 16\nsample_coding -s3 pcm\nsample_count -i 16000\nend_head\n";
        File.WriteAllBytes(_folder.At("in", "a.sph"),
            [.. System.Text.Encoding.ASCII.GetBytes(header.PadRight(1024)), .. WavBytes.Pcm16([.. Signals.Noise(16000, 1)
                .Select(s => (short)(s * 20000))])[44..]]);
        File.WriteAllBytes(_folder.At("in", "b.amr"), [.. "#!AMR\n"u8, .. Enumerable.Repeat((byte)0x7c, 50)]);
        var report = Build();
        Assert.Equal(["a.sph"], Manifest.Read(_folder.At("out", "train.tsv")).Entries.Select(e => e.RelativePath));
        Assert.Equal("b.amr", Assert.Single(report.Skipped).File); // found, and silent
    }

    private ManifestReport Build(bool quick = false) => ManifestBuilder.Build(
        new ManifestOptions { Folder = _folder.At("in"), Output = _folder.At("out"), ValidPercent = 0, Quick = quick });
}
