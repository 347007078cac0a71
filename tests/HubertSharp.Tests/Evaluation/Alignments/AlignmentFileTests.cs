using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Evaluation.Alignments;

public sealed class AlignmentFileTests : IDisposable
{
    private const string Header = "utt\tspeaker\tsamples\tsegments\n";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Segments_are_read_with_labels_that_hold_colons()
    {
        var read = AlignmentFile.Read(_folder.Write("a.tsv", Header + "x/a.wav\tanna\t16000\tma1:0:800  a:b:800:1600\nb\t\t400\t\n"));
        Assert.Equal(["x/a.wav", "b"], read.Select(u => u.Name));
        Assert.Equal(["anna", null], read.Select(u => u.Speaker));
        Assert.Equal([new("ma1", 0, 800), new("a:b", 800, 1600)], read[0].Segments);
        Assert.Empty(read[1].Segments);
    }

    [Theory]
    [InlineData("a\tb\t16000\n", ":2:")] // three columns
    [InlineData("a\tb\tmany\t\n", ":2:")]
    [InlineData("a\tb\t0\t\n", ":2:")]
    [InlineData("a\tb\t16000\tma1:0\n", ":2:")]
    [InlineData("a\tb\t16000\t:0:1\n", ":2:")]
    [InlineData("a\tb\t16000\tma1:5:5\n", ":2:")] // nothing in it
    [InlineData("a\tb\t16000\tma1:0:800 ba1:700:900\n", ":2:")] // one over the other
    [InlineData("a\tb\t16000\tx:0:1\nc\td\t100\tma1:0:101\n", ":3:")] // beyond the end
    [InlineData("", "a.tsv")]
    public void A_malformed_line_is_named(string lines, string place) => Assert.Contains(place,
        Assert.Throws<UserException>(() => AlignmentFile.Read(_folder.Write("a.tsv", Header + lines))).Message, StringComparison.Ordinal);

    /// <summary>Frame i is centred on sample i * 16000 / rate + 200: at 100 per second 200, 360, 520, ...</summary>
    [Fact]
    public void A_frame_carries_the_segment_that_its_centre_lies_in()
    {
        var path = _folder.Write("a.tsv", Header + "a.wav\t\t1600\tma1:100:361 ba4:361:520 ma2:600:1600\n");
        var manifest = new Manifest("/root", [new("x/a.flac", 1600)]);
        var clusters = new FrameLabels();
        clusters.Set("x/a", ["1", "1", "2", "2", "3"]);
        Assert.Equal("ma ma SIL ma ma", Labels(References.Open(path, manifest).For(clusters, 100), "x/a"));
        Assert.Equal("ma1 ma1 SIL ma2 ma2", Labels(References.Open(path, manifest, removeDigits: false).For(clusters, 100), "x/a"));
        clusters.Set("x/a", ["1", "1"]); // 50 per second: 200, 520
        Assert.Equal("ma SIL", Labels(References.Open(path, manifest).For(clusters, 50), "x/a"));
    }

    [Fact]
    public void A_reference_of_one_label_per_frame_keeps_its_own_frames()
    {
        var manifest = new Manifest("/root", [new("x/a.flac", 1600)]);
        var clusters = new FrameLabels();
        clusters.Set("x/a", ["1", "1"]);
        var phones = References.Open(_folder.Write("a.phn", "a\tAA0,B,B\n"), manifest).For(clusters, 100);
        Assert.Equal("AA B B", Labels(phones, "x/a"));
        var others = References.Open(_folder.Write("a.km", "7 7 9\n"), manifest).For(clusters, 100);
        Assert.Equal("7 7 9", Labels(others, "x/a"));
    }

    [Fact]
    public void Utterances_are_found_by_path_and_then_by_name_unless_two_have_it()
    {
        var index = new UtteranceIndex(["x/a", "y/b", "z/b", "c.d"]);
        Assert.Equal(["x/a", "x/a", "y/b", "c.d", null],
            ((string[])["x/a", "elsewhere/a.wav", "y/b.flac", "c.d", "e"]).Select(index.Find));
        Assert.Throws<UserException>(() => index.Find("b.wav"));
        Assert.Equal(["x.y/a", ".hidden", "a"], ((string[])["x.y/a", ".hidden", "a.wav"]).Select(UtteranceIndex.NameOf));
    }

    public void Dispose() => _folder.Dispose();

    private static string Labels(FrameLabels labels, string utterance) =>
        string.Join(' ', labels.Utterances[utterance].Select(id => labels.Symbols[id]));
}
