using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Audio;

/// <summary>
/// Ogg that was cut without decoding (<c>ffmpeg -ss … -c copy</c>): its pages do not begin at zero, or end within a packet.
/// </summary>
public class CutOggTests
{
    private const int Seconds = 12; // every format has more than its last 64 KiB, where its end is looked for

    [Theory]
    [InlineData("a.opus", "-c:a libopus -ar 48000")]
    [InlineData("a.ogg", "-c:a libvorbis -ar 16000")]
    [InlineData("b.ogg", "-c:a libvorbis -ar 44100 -ac 2")]
    [InlineData("c.ogg", "-c:a flac -ar 16000")]
    public void It_has_one_length_however_it_is_read(string name, string options)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(Seconds * 48000, 5), 48000);
        Encoders.Convert(folder.At("in.wav"), folder.At(name), options.Split(' '));
        foreach (var cut in (string[])["-ss 0.5", "-ss 1.3", "-ss 2", "-t 2.003", "-ss 0.7 -t 9.9", "-ss 11.9", "-itsoffset 3",
            "-itsoffset 0.1"])
        {
            var path = folder.At($"cut-{cut.Replace(' ', '_')}-{name}");
            Cut(folder.At(name), path, cut);
            float[] whole;
            try
            {
                whole = AudioFile.Read(path);
            }
            catch (UserException e)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"{cut} {name}: {e.Message}");
                Assert.Throws<UserException>(() => AudioFile.Probe(path)); // refused is refused, whoever asks
                continue;
            }
            var probed = AudioFile.Probe(path).LengthSamples16k;
            TestContext.Current.TestOutputHelper!.WriteLine($"{cut} {name}: {whole.Length} {probed}");
            Assert.Equal(whole.Length, probed);
            foreach (var start in (int[])[0, 1000, whole.Length / 2, whole.Length - 900])
            {
                var count = Math.Min(800, whole.Length - Math.Max(0, start));
                if (start < 0 || count <= 0)
                    continue;
                var part = AudioFile.Read(path, start, count);
                Assert.True(whole.AsSpan(start, count).ToArray().Zip(part).All(p => Math.Abs(p.First - p.Second) < 2e-3),
                    $"{cut} {name} at {start}");
            }
        }
    }

    private static void Cut(string from, string to, string options)
    {
        using var process = System.Diagnostics.Process.Start("ffmpeg",
            ["-nostdin", "-v", "error", "-y", .. options.Split(' '), "-i", from, "-c", "copy", to]);
        process.WaitForExit();
    }
}
