using HubertSharp.Audio;
using HubertSharp.Audio.Streams;

namespace HubertSharp.Tests.Audio.Streams;

public sealed class AudioStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a.wav", 16000)]
    [InlineData("a.flac", 44100)]
    [InlineData("a.wav", 8000)]
    public void Pieces_are_the_slices_of_the_whole(string name, int rate)
    {
        AudioFile.Write(_folder.At(name), Signals.Noise(rate * 3, seed: 5), rate);
        var whole = AudioFile.Read(_folder.At(name));
        using var stream = new AudioStream(_folder.At(name));
        Assert.Equal(whole.Length, stream.Length);
        // on, over the one before, skipping, again from the beginning, and over the end
        foreach (var (start, count) in new[] { (0, 1000), (500, 20_000), (19_000, 5000), (40_000, 100), (0, 48_000), (47_990, 10) })
        {
            var piece = new float[count];
            stream.Read(start, piece);
            Assert.Equal(whole.AsSpan(start, count).ToArray(), piece);
        }
        var end = new float[20];
        stream.Read(whole.Length - 10, end);
        Assert.Equal([.. whole[^10..], .. new float[10]], end);
        stream.Read(whole.Length + 10, end);
        Assert.Equal(new float[20], end);
    }

    public void Dispose() => _folder.Dispose();
}
