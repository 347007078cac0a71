using System.Diagnostics;
using HubertSharp.Audio;

namespace HubertSharp.Tests.Audio;

public class FormatTests
{
    [Theory]
    [InlineData("a.ogg")]
    [InlineData("a.opus")]
    [InlineData("a.mp3")]
    [InlineData("a.aiff")]
    [InlineData("a.g722")]
    [InlineData("a.m4a")]
    [InlineData("a.mkv")]
    [InlineData("quiet.flac")]
    public void Every_format_gives_its_sound_its_probed_length_and_its_slices(string name)
    {
        using var folder = new TemporaryFolder();
        var sine = Signals.Sine(16000 * 3, 500, 16000);
        AudioFile.Write(folder.At("in.wav"), sine, 16000);
        Encoders.Convert(folder.At("in.wav"), folder.At(name), "-ar", name.EndsWith("g722", StringComparison.Ordinal) ? "16000" : "48000");
        var whole = AudioFile.Read(folder.At(name));
        Assert.Equal(whole.Length, AudioFile.Probe(folder.At(name)).LengthSamples16k);
        Assert.InRange(whole.Length, 47_900, 50_000); // encoders pad
        Assert.Equal(0.5 / Math.Sqrt(2), Math.Sqrt(whole.AsSpan(8000, 32000).ToArray().Average(s => s * s)), tolerance: 0.02);
        foreach (var (start, count) in new[] { (0, 800), (16_000, 4_000), (whole.Length - 700, 700), (whole.Length - 12_000, 3_000) })
        {
            var crop = AudioFile.Read(folder.At(name), start, count);
            for (var i = 0; i < count; i++)
                Assert.Equal(whole[start + i], crop[i], tolerance: 1e-6);
        }
    }

    [Theory]
    [InlineData("a.ogg", "44100")] // libsndfile seeks wrongly into the last page
    [InlineData("a.mp3", "16000")] // a sought frame lacks its bit reservoir
    [InlineData("a.opus", "48000")]
    public void Crops_of_lossy_files_are_slices_wherever_they_lie(string name, string rate)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder.At("in.wav"), Signals.Noise(16000 * 70, 9), 16000);
        Encoders.Convert(folder.At("in.wav"), folder.At(name), "-ar", rate);
        var whole = AudioFile.Read(folder.At(name));
        for (var back = 1000; back < 16000 * 68; back = back * 5 / 3)
        {
            var start = whole.Length - back;
            Assert.Equal(0, AudioFile.Read(folder.At(name), start, 1000).Select((s, i) => Math.Abs(s - whole[start + i])).Max(),
                tolerance: 1e-5);
        }
    }

    [Theory]
    [InlineData("pipe.wav", "wav")]
    [InlineData("pipe.flac", "flac")]
    public void A_length_that_the_writer_could_not_know_is_counted(string name, string format)
    {
        using var folder = new TemporaryFolder();
        var samples = Signals.Noise(20_000, 2);
        AudioFile.Write(folder.At("in.wav"), samples, 16000);
        // Through a pipe ffmpeg cannot go back to the header.
        var start = new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-i", folder.At("in.wav"), "-f", format, "pipe:1"])
        {
            RedirectStandardOutput = true,
        };
        using (var process = Process.Start(start)!)
        using (var file = File.Create(folder.At(name)))
            process.StandardOutput.BaseStream.CopyTo(file);
        Assert.Equal(20_000, AudioFile.Probe(folder.At(name)).LengthSamples16k);
        Assert.Equal(samples, AudioFile.Read(folder.At(name)));
        Assert.Equal(samples.AsSpan(15_000, 5_000).ToArray(), AudioFile.Read(folder.At(name), 15_000, 5_000));
    }

    [Fact]
    public void Many_threads_read_the_same_and_leave_no_file_open()
    {
        using var folder = new TemporaryFolder();
        var samples = Signals.Noise(5_000, 4);
        AudioFile.Write(folder.At("a.flac"), samples, 16000);
        AudioFile.Write(folder.At("b.wav"), samples, 22050);
        File.WriteAllText(folder.At("c.flac"), "fLaC and then nothing of the kind");
        var resampled = AudioFile.Read(folder.At("b.wav"));
        Parallel.For(0, 2_000, i =>
        {
            if (i % 3 == 0)
                Assert.Equal(samples, AudioFile.Read(folder.At("a.flac")));
            else if (i % 3 == 1)
                Assert.Equal(resampled, AudioFile.Read(folder.At("b.wav")));
            else
                Assert.Throws<HubertSharp.Runs.UserException>(() => AudioFile.Read(folder.At("c.flac")));
        });
        var open = Directory.GetFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget)
            .Where(t => t?.StartsWith(folder.FullName, StringComparison.Ordinal) == true);
        Assert.Empty(open);
    }
}
