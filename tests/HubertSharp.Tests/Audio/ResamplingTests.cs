using HubertSharp.Audio;

namespace HubertSharp.Tests.Audio;

public class ResamplingTests
{
    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(22050)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(16001)]
    public void A_sine_keeps_frequency_and_level(int rate)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.wav"), Signals.Sine(rate, 440, rate), rate);
        var samples = AudioFile.Read(folder.At("a.wav"));
        Assert.Equal(16000, samples.Length);
        var expected = Signals.Sine(16000, 440, 16000);
        for (var i = 800; i < 15200; i++) // the filter rings at the ends, where the sine begins and stops
            Assert.Equal(expected[i], samples[i], tolerance: 1e-4); // rounding to 16 bits is 1.5e-5, level and phase errors come on top
    }

    [Fact]
    public void What_16_kHz_cannot_hold_is_filtered_out()
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.wav"), Signals.Sine(44100, 12000, 44100), 44100);
        var samples = AudioFile.Read(folder.At("a.wav"));
        Assert.All(samples.AsSpan(800, 14400).ToArray(), s => Assert.Equal(0, s, tolerance: 1e-4)); // rounding noise of 16 bits
    }

    [Theory]
    [InlineData(8000, 1, 2)]
    [InlineData(44100, 1, 0)] // 0.36 samples
    [InlineData(44100, 2, 1)]
    [InlineData(44100, 441, 160)]
    [InlineData(44100, 1000, 363)] // 362.8
    [InlineData(22050, 12345, 8958)] // 8957.8
    [InlineData(48000, 7, 2)]
    public void The_length_is_rounded_to_the_nearest(int rate, int frames, int expected)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.wav"), Signals.Noise(frames, 1), rate);
        Assert.Equal(expected, AudioFile.Probe(folder.At("a.wav")).LengthSamples16k);
        Assert.Equal(expected, AudioFile.Read(folder.At("a.wav")).Length);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(22050)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(16001)]
    public void A_crop_is_the_slice_of_the_whole_at_any_rate(int rate)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.flac"), Signals.Noise(rate * 3, 5), rate);
        var whole = AudioFile.Read(folder.At("a.flac"));
        foreach (var (start, count) in new[] { (0, 500), (20_001, 9_999), (47_000, 1_000), (0, whole.Length), (whole.Length - 1, 1) })
        {
            var crop = AudioFile.Read(folder.At("a.flac"), start, count);
            Assert.Equal(count, crop.Length);
            for (var i = 0; i < count; i++)
                Assert.Equal(whole[start + i], crop[i], tolerance: 1e-6); // the filter begins elsewhere: rounding only
        }
    }

    [Fact]
    public void Channels_are_averaged()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("a.wav"), WavBytes.Pcm16([100, 200, -32768, 32767, 5, -5], channels: 2));
        Assert.Equal([150 / 32768f, -0.5f / 32768f, 0f], AudioFile.Read(folder.At("a.wav")));
        File.WriteAllBytes(folder.At("b.wav"), WavBytes.Pcm16([3, 6, 9, 0, 0, 3], channels: 3));
        Assert.Equal([6 / 32768f, 1 / 32768f], AudioFile.Read(folder.At("b.wav")));
    }
}
