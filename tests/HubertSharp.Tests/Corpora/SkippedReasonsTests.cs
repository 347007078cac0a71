using HubertSharp.Audio;
using HubertSharp.Corpora;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora;

/// <summary>Each line of <c>skipped.tsv</c> says what to do with the file, and nothing of a manifest that does not list it.</summary>
public sealed class SkippedReasonsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_reason_ends_with_what_to_do()
    {
        Fill();
        var reasons = Build().ToDictionary(s => s.File, s => s.Reason);
        Assert.Equal("too short (expected at least 400 samples at 16 kHz, found 300); join it with a neighbour or leave it out",
            reasons["short.wav"]);
        const string silent = "replace the file if there should be speech in it, else leave it out";
        Assert.Equal($"silent: every sample is zero; {silent}", reasons["silent.flac"]);
        Assert.Equal($"silent: every sample is 0.25; {silent}", reasons["constant.wav"]);
        Assert.StartsWith("its 2 channels cancel each other when they are mixed to one (opposite phase); ", reasons["anti.wav"],
            StringComparison.Ordinal);
        Assert.Contains("-af \"pan=mono|c0=c0\" ", reasons["anti.wav"], StringComparison.Ordinal); // a shell pipes at a bare bar
        Assert.Equal("link.wav: the link leads to no file (found gone.wav); restore that file, or delete the link", reasons["link.wav"]);
        Assert.Equal(11, reasons.Count);
        Assert.All(reasons, r =>
        {
            Assert.Matches("; .*(join|replace|restore|leave|rename|take one channel|divide|write|check the path)", r.Value);
            Assert.DoesNotContain("manifest's", r.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("root folder", r.Value, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_header_alone_tells_what_to_do_with_a_short_file()
    {
        Fill();
        Assert.Contains(Build(quick: true), s => s.File == "short.wav" && s.Reason.EndsWith("or leave it out", StringComparison.Ordinal));
    }

    private void Fill()
    {
        Directory.CreateDirectory(_folder.At("in"));
        var noise = Signals.Noise(8000, 1);
        short[] pcm = [.. noise.Select(s => (short)(s * 20000))];
        AudioFile.Write(_folder.At("in", "ok.wav"), noise, 16000);
        AudioFile.Write(_folder.At("in", "short.wav"), noise.AsSpan(0, 300), 16000);
        AudioFile.Write(_folder.At("in", "silent.flac"), new float[8000], 16000);
        AudioFile.Write(_folder.At("in", "constant.wav"), [.. Enumerable.Repeat(0.25f, 8000)], 16000);
        File.WriteAllBytes(_folder.At("in", "anti.wav"),
            WavBytes.Pcm16([.. pcm.SelectMany(s => new[] { s, (short)-s })], channels: 2));
        File.WriteAllBytes(_folder.At("in", "loud.wav"), WavBytes.Float32([.. noise.Select(s => s * 30000)]));
        File.WriteAllBytes(_folder.At("in", "nan.wav"), WavBytes.Float32([.. noise.Select((s, i) => i == 77 ? float.NaN : s)]));
        File.WriteAllBytes(_folder.At("in", "rate.wav"), WavBytes.Pcm16(pcm, rate: 200));
        File.WriteAllBytes(_folder.At("in", "cut.wav"), WavBytes.Pcm16(pcm)[..1000]);
        File.WriteAllText(_folder.At("in", "text.mp3"), "no audio at all");
        File.WriteAllText(_folder.At("in", "empty.ogg"), "");
        File.CreateSymbolicLink(_folder.At("in", "link.wav"), "gone.wav");
    }

    private IReadOnlyList<(string File, string Reason)> Build(bool quick = false) => ManifestBuilder.Build(
        new ManifestOptions { Folder = _folder.At("in"), Output = _folder.At("out"), ValidPercent = 0, Quick = quick }).Skipped;
}
