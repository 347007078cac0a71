using System.Buffers.Binary;
using HubertSharp.Audio;

namespace HubertSharp.Tests.Audio;

public class AudioFileTests
{
    [Fact]
    [Trait("Part", "golden")]
    public void Every_wav_of_the_fixtures_reads_as_its_integers_divided_by_32768()
    {
        var files = Directory.GetFiles(Fixtures.Folder, "*.wav", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var expected = Pcm16Data(File.ReadAllBytes(file));
            var samples = AudioFile.Read(file);
            Assert.Equal(expected.Length, samples.Length);
            Assert.Equal(expected.Length, AudioFile.Probe(file).LengthSamples16k);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(BitConverter.SingleToInt32Bits(expected[i] / 32768f), BitConverter.SingleToInt32Bits(samples[i]));
        }
    }

    [Theory]
    [InlineData("a.wav")]
    [InlineData("a.flac")]
    public void What_is_written_reads_back_bit_by_bit(string name)
    {
        using var folder = new TemporaryFolder();
        var samples = Signals.Noise(40_000, seed: 3);
        AudioFile.Write(folder.At(name), samples, 16000);
        Assert.Equal(samples, AudioFile.Read(folder.At(name)));
        var info = AudioFile.Probe(folder.At(name));
        Assert.Equal(new AudioInfo(16000, 1, 40_000, 40_000), info);
        Assert.Single(Directory.GetFiles(folder.FullName));
    }

    [Theory]
    [InlineData("a.wav")]
    [InlineData("a.flac")]
    public void A_crop_is_the_slice_of_the_whole(string name)
    {
        using var folder = new TemporaryFolder();
        var samples = Signals.Noise(40_000, seed: 3);
        AudioFile.Write(folder.At(name), samples, 16000);
        foreach (var (start, count) in new[] { (0, 1), (0, 40_000), (39_999, 1), (12_345, 20_001), (7, 0) })
            Assert.Equal(samples.AsSpan(start, count).ToArray(), AudioFile.Read(folder.At(name), start, count));
    }

    [Fact]
    public void A_full_scale_sample_is_cut_and_not_wrapped()
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.wav"), [1.5f, -1.5f, 1f, -1f, 0.99999f], 16000);
        Assert.Equal([32767 / 32768f, -1f, 32767 / 32768f, -1f, 32767 / 32768f], AudioFile.Read(folder.At("a.wav")));
    }

    private static short[] Pcm16Data(byte[] wav)
    {
        var at = wav.AsSpan().IndexOf("data"u8);
        var data = wav.AsSpan(at + 8, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(at + 4)));
        var samples = new short[data.Length / 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..]);
        return samples;
    }
}
