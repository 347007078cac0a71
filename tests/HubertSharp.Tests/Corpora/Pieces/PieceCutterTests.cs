using HubertSharp.Audio;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Corpora.Pieces;

public sealed class PieceCutterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _sound = Signals.Noise(64_000, 5);

    public PieceCutterTests() => AudioFile.Write(_folder.At("r.wav"), _sound, 16000);

    [Fact]
    public void Pieces_are_the_samples_of_their_recording_in_any_order_and_overlapping()
    {
        Assert.Equal([null, null, null], Cut(Piece("b", 2, 3), Piece("a", 0.5, 2.5), Piece("c", 1, null)).Faults);
        Assert.Equal(_sound.AsSpan(32_000, 16_000).ToArray(), AudioFile.Read(At("b")));
        Assert.Equal(_sound.AsSpan(8_000, 32_000).ToArray(), AudioFile.Read(At("a")));
        Assert.Equal(_sound.AsSpan(16_000).ToArray(), AudioFile.Read(At("c")));
        Assert.Equal($"file\tsource\tsource_bytes\tstart_s\tend_s\na.flac\t{_folder.At("r.wav")}\t128044\t0.5\t2.5\n",
            string.Concat(File.ReadLines(_folder.At("out", "pieces.tsv")).Take(2).Select(line => line + "\n")));
    }

    [Fact]
    public void What_is_there_is_not_cut_again_unless_it_is_of_another_place()
    {
        Cut(Piece("a", 0, 1), Piece("b", 1, 2));
        var written = File.GetLastWriteTimeUtc(At("a"));
        Assert.Equal(1, Cut(Piece("a", 0, 1), Piece("b", 1, 4.25)).Shortened);
        Assert.Equal(written, File.GetLastWriteTimeUtc(At("a")));
        Assert.Equal(48_000, AudioFile.Read(At("b")).Length);
        Cut(Piece("a", 0, 1));
        Assert.True(File.Exists(At("b"))); // no longer asked for: it stays, and stays listed
        Assert.Contains("b.flac\t", File.ReadAllText(_folder.At("out", "pieces.tsv")), StringComparison.Ordinal);
        AudioFile.Write(_folder.At("r.wav"), Signals.Noise(64_001, 6), 16000); // another recording under its name
        Cut(Piece("a", 0, 1));
        Assert.NotEqual(_sound.AsSpan(0, 16_000).ToArray(), AudioFile.Read(At("a")));
    }

    [Fact]
    public void What_somebody_else_put_there_is_kept()
    {
        _folder.Write("out/audio/a.flac", "mine");
        _folder.Write("out/pieces.tsv", "my own table\n");
        Cut(Piece("a", 0, 1));
        Assert.Equal("mine", File.ReadAllText(At("a") + ".1"));
        Assert.Equal("my own table\n", File.ReadAllText(_folder.At("out", "pieces.tsv.1")));
        Assert.Equal(16_000, AudioFile.Read(At("a")).Length);
    }

    [Fact]
    public void Damage_is_told_of_the_pieces_that_it_touches()
    {
        var bytes = File.ReadAllBytes(_folder.At("r.wav"));
        File.WriteAllBytes(_folder.At("cut.wav"), bytes[..^2000]);
        var faults = Cut(Piece("a", 0, 1), Piece("b", 0, 1, "cut.wav"), Piece("c", 0, 1, "none.wav"), Piece("d", 2, 1),
            Piece("e", -1, 1)).Faults;
        Assert.Null(faults[0]);
        Assert.Contains("cut.wav", faults[1], StringComparison.Ordinal);
        Assert.Contains("none.wav: no such audio file", faults[2], StringComparison.Ordinal);
        Assert.Contains("found 2 to 1 s", faults[3], StringComparison.Ordinal);
        Assert.Contains("found -1 to 1 s", faults[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd", "__/__/etc/passwd")]
    [InlineData("/a//b\\c", "a/b/c")]
    [InlineData(".hidden", "_hidden")]
    [InlineData("你好 a\tb\u0001:c", "你好_a_b__c")]
    [InlineData("", "_")]
    public void Names_stay_in_the_folder(string name, string expected)
    {
        Assert.Equal(expected.Replace("__/__/etc", "_./_./etc", StringComparison.Ordinal), PieceNames.Of(name));
        var names = new PieceNames();
        Assert.NotEqual(names.Take(name, ".flac"), names.Take(name.ToUpperInvariant(), ".flac"));
        Assert.InRange(Path.GetFileName(PieceNames.Of(name + new string('字', 300))).Length, 1, 120);
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => _folder.At("out", "audio", name + ".flac");

    private SpeechPiece Piece(string name, double start, double? end, string source = "r.wav") =>
        new(name + ".flac", _folder.At(source), start, end);

    private (IReadOnlyList<string?> Faults, int Shortened) Cut(params SpeechPiece[] pieces) =>
        PieceCutter.Cut(_folder.At("out"), pieces, null, default);
}
