using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Audio;

public class AudioFuzzTests
{
    [Theory]
    [InlineData("a.wav", 60, 80)]
    [InlineData("a.flac", 120, 300)]
    [InlineData("a.ogg", 300, 30)] // most of these start an ffmpeg process
    public void A_header_with_wrong_bytes_is_read_or_refused_and_nothing_else(string name, int headerBytes, int rounds)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(8_000, 1), 16000);
        Encoders.Convert(folder.At("in.wav"), folder.At("good-" + name));
        var good = File.ReadAllBytes(folder.At("good-" + name));
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = good.ToArray();
            for (var flips = round == 0 ? 0 : random.Next(1, 5); flips > 0; flips--) // the first is whole and must be read
                bytes[random.Next(8, headerBytes)] = (byte)(random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => random.Next(256) });
            if (round > 0 && random.Next(4) == 0)
                bytes = bytes[..random.Next(1, bytes.Length)];
            var path = folder.At(name);
            File.WriteAllBytes(path, bytes);
            try
            {
                var samples = AudioFile.Read(path);
                Assert.InRange(samples.Length, 1, 8_000_000); // what 16 KiB can hold, whatever the header promises
                Assert.All(samples, s => Assert.InRange(s, -1f, 1f));
                Assert.Equal(samples.Length, AudioFile.Probe(path).LengthSamples16k);
            }
            catch (UserException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1, rounds - 1);
    }

    [Fact]
    public void Frame_headers_everywhere_cost_no_time()
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("a.flac"), Signals.Noise(16_000, 1), 16000);
        var good = File.ReadAllBytes(folder.At("a.flac"));
        var at = good.AsSpan().IndexOf<byte>([0xFF, 0xF8]);
        var header = good.AsSpan(at, 16).ToArray();
        var bytes = new byte[3 << 20];
        good.AsSpan(0, at).CopyTo(bytes);
        for (var i = at; i + 16 < bytes.Length; i += 16)
            header.CopyTo(bytes, i);
        File.WriteAllBytes(folder.At("b.flac"), bytes);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<UserException>(() => AudioFile.Read(folder.At("b.flac")));
        Assert.True(clock.Elapsed < Patience.Long, $"{clock.Elapsed}");
    }
}
