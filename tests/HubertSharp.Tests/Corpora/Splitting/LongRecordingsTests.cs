using HubertSharp.Audio;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Corpora.Splitting;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Splitting;

public sealed class LongRecordingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Cuts_lie_in_pauses_and_no_speech_is_lost()
    {
        // seconds of speech and of pause behind it, over the noise of a room
        (double Speech, double Pause)[] said = [(3, 0.5), (4, 0.2), (2, 2.5), (0.4, 3), (9, 0.4), (9, 0.6), (1.5, 0.5)];
        Write("in/deep er/talk.wav", Sound(said));
        var report = Split(_folder.At("in"), maxSeconds: 10);
        var manifest = Manifest.Read(report.Manifest);
        Assert.Equal(report.Pieces, manifest.Entries.Count);
        Assert.All(manifest.Entries, e => Assert.InRange(e.LengthSamples, 16_000, 160_000));
        Assert.All(Enumerable.Range(0, manifest.Entries.Count),
            i => Assert.Equal(manifest.Entries[i].LengthSamples, AudioFile.Read(manifest.FullPath(i)).Length));
        var pieces = Table();
        var at = 1.0; // the recording begins with a second of room
        foreach (var (speech, pause) in said)
        {
            Assert.Single(pieces, p => p.Start <= at + 0.03 && p.End >= at + speech - 0.03);
            at += speech + pause;
        }
        Assert.Equal((0, 0.0), (report.CutInSpeech, report.ShortSeconds));
        Assert.StartsWith("deep_er/talk/talk_", manifest.Entries[0].RelativePath, StringComparison.Ordinal);
    }

    [Fact]
    public void Speech_without_a_pause_is_cut_where_it_is_quietest()
    {
        var sound = Sound((30, 1));
        for (var i = 16_000 * 8; i < 16_000 * 8.05; i++) // a dip that is no pause
            sound[i] *= 0.02f;
        Write("in/a.wav", sound);
        var report = Split(_folder.At("in"), maxSeconds: 10);
        Assert.InRange(report.CutInSpeech, 2, 5);
        Assert.Contains(Table(), p => Math.Abs(p.End - 8.025) < 0.03);
        var pieces = Table();
        Assert.All(pieces.Zip(pieces.Skip(1)), p => Assert.Equal(p.First.End, p.Second.Start));
    }

    [Fact]
    public void A_quieter_speaker_later_on_is_heard_as_well()
    {
        var sound = Sound([.. Enumerable.Repeat((2.0, 1.0), 80)]);
        for (var i = sound.Length / 2; i < sound.Length; i++)
            sound[i] *= 0.1f;
        Write("in/a.wav", sound);
        Split(_folder.At("in"), maxSeconds: 3);
        Assert.InRange(Table().Length, 78, 82);
    }

    [Fact]
    public void A_stopped_run_goes_on_and_a_manifest_keeps_its_name_and_languages()
    {
        Write("in/a.wav", Sound((2, 1), (2, 1)));
        Write("in/b.wav", new float[40_000]);
        _folder.Write("in/text.wav", "no audio");
        _folder.Write("valid.tsv", $"{_folder.At("in")}\na.wav\t99\tzh\nb.wav\t99\ten\ntext.wav\t99\ten\n");
        var report = Split(_folder.At("valid.tsv"), maxSeconds: 2.5);
        Assert.Equal(_folder.At("out", "valid.tsv"), report.Manifest);
        Assert.Equal(["zh", "zh"], Manifest.Read(report.Manifest).Entries.Select(e => e.Language));
        Assert.Equal(["b.wav", "text.wav"], report.Skipped.Select(s => s.File));
        Assert.StartsWith("no speech in it, by its energy", report.Skipped[0].Reason, StringComparison.Ordinal);
        var files = Directory.GetFiles(_folder.At("out", "audio"), "*.flac", SearchOption.AllDirectories).Order().ToArray();
        var (kept, text) = (File.GetLastWriteTimeUtc(files[0]), File.ReadAllText(report.Manifest));
        File.Delete(files[1]);
        Assert.Equal(text, File.ReadAllText(Split(_folder.At("valid.tsv"), maxSeconds: 2.5).Manifest));
        Assert.Equal((kept, true), (File.GetLastWriteTimeUtc(files[0]), File.Exists(files[1])));
    }

    [Theory]
    [InlineData(0, 15, 0.3, "--min-seconds: this bound cannot be (expected 0.1 to 60, found 0)")]
    [InlineData(10, 15, 0.3, "--max-seconds: this bound cannot be (expected 1 to 600, at least twice --min-seconds 10, found 15)")]
    [InlineData(1, double.NaN, 0.3, "--max-seconds: this bound cannot be")]
    [InlineData(1, 15, 0, "--pause-seconds: this bound cannot be (expected 0.05 to 10, found 0); choose another number of seconds")]
    public void Bounds_that_cannot_be_are_one_line(double min, double max, double pause, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<UserException>(() => LongRecordings.Split(new SplitLongOptions
        {
            Recordings = _folder.FullName,
            Output = _folder.At("out"),
            MinSeconds = min,
            MaxSeconds = max,
            PauseSeconds = pause,
        })).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_to_cut_is_one_line()
    {
        Assert.Contains("no audio file in this folder", Fault(_folder.FullName), StringComparison.Ordinal);
        Assert.Contains("no such folder", Fault(_folder.At("none")), StringComparison.Ordinal);
        Write("in/b.wav", new float[40_000]);
        Assert.Contains("can be used (found 1 skipped; the first: no speech in it", Fault(_folder.At("in")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // a tone that swells and falls five times a second, as syllables do
    private static float[] Sound(params (double Speech, double Pause)[] said)
    {
        var sound = new List<float>(Room(1));
        foreach (var (speech, pause) in said)
        {
            var start = sound.Count;
            sound.AddRange(Room(speech));
            for (var i = start; i < sound.Count; i++)
                sound[i] += (float)(0.2 * (2 + Math.Sin((i - start) * 10 * Math.PI / 16000)) * Math.Sin(i * 0.3));
            sound.AddRange(Room(pause));
        }
        return [.. sound];
    }

    private static float[] Room(double seconds) => [.. Signals.Noise((int)(seconds * 16000), 3).Select(s => s * 0.002f)];

    private void Write(string name, float[] sound)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        AudioFile.Write(_folder.At(name), sound, 16000);
    }

    private SplitLongReport Split(string recordings, double maxSeconds) => LongRecordings.Split(
        new SplitLongOptions { Recordings = recordings, Output = _folder.At("out"), MaxSeconds = maxSeconds });

    private string Fault(string recordings) => Assert.Throws<UserException>(() => Split(recordings, 10)).Message;

    private (double Start, double End)[] Table() =>
        [.. PieceTable.Read(_folder.At("out", "pieces.tsv")).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.Split('\t'))
            .Select(c => (double.Parse(c[2]), double.Parse(c[3])))];
}
