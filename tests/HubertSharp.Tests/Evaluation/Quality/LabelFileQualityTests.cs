using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Quality;

public sealed class LabelFileQualityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two utterances of a second each: at 50 labels per second frame i is centred on sample 320 i + 200.</summary>
    [Fact]
    public void A_frame_belongs_to_the_segment_that_its_centre_lies_in()
    {
        var reference = new AlignmentReference([new AlignedUtterance("a.wav", "1", 16000, [new("x1", 200, 520), new("y", 521, 841)])]);
        var clusters = new FrameLabels();
        clusters.Set("root/a", Enumerable.Repeat("0", 4));

        var frames = reference.For(clusters, 50);

        Assert.Equal(["x", "SIL", "y", "SIL"], frames.Utterances["root/a"].Select(label => frames.Symbols[label]));
    }

    [Fact]
    public void Rows_per_language_and_for_all()
    {
        var options = Options("all\nzh/a.wav\t16000\tzh\nen/b.wav\t16000\ten\n", "5 6",
            "utt\tspeaker\tsamples\tlabels\nzh/a\t1\t16000\tx1:0:8200\nen/b\t2\t16000\ty:0:8200");
        var rows = LabelFileQuality.Measure(options);

        Assert.Equal([null, "en", "zh"], rows.Select(row => row.Language));
        Assert.Equal([0.75, 1, 1], rows.Select(row => row.Quality.ReferencePurity));
        Assert.Equal([4, 2, 2], rows.Select(row => row.Usage.Frames));
        Assert.Equal(["SIL", "x"], rows[2].Quality.References);
        Assert.Equal(1, rows[0].Usage.EntropyBits, 1e-12);
    }

    /// <summary>Labels that tell the reference against labels that are noise, and against themselves: only one is a difference.</summary>
    [Fact]
    public void Label_files_of_one_rate_are_compared_with_the_first()
    {
        const int utterances = 12, frames = 49;
        var (manifest, reference, good, noise) = ("all\n", "utt\tspeaker\tsamples\tlabels\n", "", "");
        var random = new Random(4);
        for (var u = 0; u < utterances; u++)
        {
            manifest += $"u{u}.wav\t16000\n";
            reference += $"u{u}\ts{u % 6}\t16000\tx:0:8000 y:8000:16000\n";
            good += string.Join(' ', Enumerable.Range(0, frames).Select(t => (320 * t) + 200 < 8000 ? 1 : 2)) + "\n";
            noise += string.Join(' ', Enumerable.Range(0, frames).Select(_ => random.Next(3))) + "\n";
        }
        var options = new QualityOptions
        {
            ManifestPath = _folder.Write("m.tsv", manifest),
            Labels = [_folder.Write("noise.km", noise), _folder.Write("good.km", good), _folder.Write("same.km", noise)],
            LabelRates = [50],
            ReferencePath = _folder.Write("r.tsv", reference),
        };
        var rows = LabelFileQuality.Measure(options);
        Assert.Empty(rows[0].Differences);
        var better = rows[1].Differences.Single(d => d.Figure == Figure.Pnmi);
        Assert.Equal(options.Labels[0], better.Than);
        Assert.True(better.Paired.IsDifference);
        Assert.True(better.Paired.Difference > 0.9);
        Assert.Equal([(ResampledUnit.Utterances, 12), (ResampledUnit.Speakers, 6)], better.Paired.Intervals.Select(i => (i.Over, i.Units)));
        Assert.All(rows[2].Differences, d => Assert.False(d.Paired.IsDifference));
    }

    /// <summary>Utterances that the reference does not have are counted, those of a language that it lacks altogether as well.</summary>
    [Fact]
    public void Utterances_without_reference_are_told()
    {
        var options = Options("all\nzh/a.wav\t16000\tzh\nzh/c.wav\t16000\tzh\nen/b.wav\t16000\ten\n", "5 6",
            "utt\tspeaker\tsamples\tlabels\nzh/a\t1\t16000\tx1:0:8200");
        var row = Assert.Single(LabelFileQuality.Measure(options with { Labels = [_folder.Write("three.km", "5 6\n5 6\n5 6\n")] }));
        Assert.Equal(("zh", 3, 2), (row.Language, row.ManifestUtterances, row.ManifestUtterancesWithoutReference));
        Assert.StartsWith("1 of 3 utterances of the manifest is scored: the reference does not have the other 2. ",
            QualityTable.WithoutReference(row.ManifestUtterances, row.ManifestUtterancesWithoutReference), StringComparison.Ordinal);
    }

    [Fact]
    public void Tone_digits_stay_when_asked()
    {
        var options = Options("all\nzh/a.wav\t16000\nen/b.wav\t16000\n", "5 6", "utt\tspeaker\tsamples\tlabels\nzh/a\t1\t16000\tx1:0:8200");
        Assert.Contains("x1", LabelFileQuality.Measure(options with { RemoveDigits = false })[0].Quality.References);
    }

    [Theory]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t100", "ref.tsv:2: malformed alignment (expected 4 columns")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\tten\tx:0:1",
        "ref.tsv:2: bad length in an alignment (expected a number of samples above 0, found 'ten')")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t100\tx:0:101",
        "ref.tsv:2: bad segment in an alignment (expected a range within 0..100, in order of time, found 'x:0:101')")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t100\tx:0:50 y:49:60", "found 'y:49:60'")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t100\tx:0", "expected label:start:end, found 'x:0'")]
    [InlineData("utt\tspeaker\tsamples\tlabels\n", "the alignment has no utterances")]
    [InlineData("a\tb\tc\n", "ref.tsv:1: not a line of frame labels (expected name TAB label,label,..., found 3 columns)")]
    public void Malformed_references_name_file_and_line(string reference, string message) =>
        Assert.Contains(message, Fault(Options("all\na.wav\t16000\nb.wav\t16000\n", "5 6", reference)));

    /// <summary>Digits that are all there is to a label cannot be dropped.</summary>
    [Theory]
    [InlineData("a\t1,2\nb\t3,4", "is all digits, and without tone and stress digits nothing is left of it")]
    [InlineData("a\tx,x\nb\tx,7", "label '7' is all digits")]
    [InlineData("a\tma1,ma2\nb\tma3,ma4", "without their digits all labels are the same")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t16000\tma1:0:8000 ma2:8000:16000", "found 'ma1', 'ma2'); give --keep-digits")]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t16000\t12:0:8000", "label '12' is all digits")]
    public void Digits_that_tell_labels_apart_are_not_dropped(string reference, string message)
    {
        var options = Options("all\na.wav\t16000\nb.wav\t16000\n", "5 6", reference);
        Assert.Contains(message, Fault(options));
        Assert.NotEmpty(LabelFileQuality.Measure(options with { RemoveDigits = false }));
    }

    /// <summary>Ten seconds at 2 labels per second: 20 labels.</summary>
    [Theory]
    [InlineData("a\tx,y\nb\tx,y", "much shorter than the labels (expected about 40 frames for the 2 utterances that both have, found 4)")]
    [InlineData("a\tx\nb\ty", "much shorter")] // one label per file
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t80000\tx:0:80000\nb\t1\t80000\ty:0:80000", "much shorter")] // at 8 kHz
    [InlineData("utt\tspeaker\tsamples\tlabels\na\t1\t441000\tx:0:9\nb\t1\t441000\ty:0:9", "much longer")]
    public void A_reference_of_another_length_is_refused(string reference, string message) => Assert.Contains(message,
        Fault(Options("all\na.wav\t160000\nb.wav\t160000\n", string.Join(' ', Enumerable.Repeat("5 6", 10)), reference)));

    /// <summary>One label per file, as docs/evaluation.md shows it, in both forms.</summary>
    [Theory]
    [InlineData("utt\tspeaker\tsamples\tlabels\na\tanna\t16000\tma:0:16000\nb\tben\t16000\tba:0:16000")]
    [InlineData("a\tma,ma\nb\tba,ba")]
    public void One_label_per_file_is_a_reference(string reference) => Assert.Equal(["ba", "ma"],
        LabelFileQuality.Measure(Options("all\na.wav\t16000\nb.wav\t16000\n", "5 6", reference))[0].Quality.References);

    [Fact]
    public void A_reference_of_one_class_has_no_pnmi() => Assert.Null(
        LabelFileQuality.Measure(Options("all\na.wav\t16000\nb.wav\t16000\n", "5 6", "a\tx,x\nb\tx,x"))[0].Quality.Pnmi);

    [Theory]
    [InlineData("5 6\n", "labels.km: another number of lines than the manifest has utterances (expected 2 lines, found 1)")]
    [InlineData("5 6\n\n", "labels.km:2: no labels on this line")]
    public void Malformed_labels_name_file_and_line(string labels, string message)
    {
        var options = Options("all\na.wav\t16000\nb.wav\t16000\n", "5 6", "a\tx,y\nb\tx,y");
        File.WriteAllText(options.Labels[0], labels);
        Assert.Contains(message, Fault(options));
    }

    [Fact]
    public void A_wrong_rate_is_refused()
    {
        var options = Options("all\na.wav\t160000\nb.wav\t160000\n", string.Join(' ', Enumerable.Repeat("1", 500)), "a\tx,y\nb\tx,y");
        Assert.Contains("labels at another rate than given (expected 100 labels per second, found 50)",
            Fault(options with { LabelRates = [100] }));
        Assert.Contains("expected one rate, or 1, found 2", Fault(options with { LabelRates = [50, 50] }));
        Assert.Contains("--label-rate is out of range", Fault(options with { LabelRates = [0] }));
    }

    [Fact]
    public void Equal_file_names_in_several_folders_are_refused()
    {
        var options = Options("all\na/u.wav\t16000\nb/u.wav\t16000\n", "5 6", "u\tx,y");
        Assert.Contains("several utterances of the manifest are called 'u'", Fault(options));
    }

    private static string Fault(QualityOptions options) => Assert.Throws<UserException>(() => LabelFileQuality.Measure(options)).Message;

    /// <summary>
    /// Writes a manifest of two utterances whose labels are the same line; at 2 labels per second the check of the rate is content.
    /// </summary>
    private QualityOptions Options(string manifest, string labels, string reference) => new()
    {
        ManifestPath = _folder.Write("train.tsv", manifest),
        Labels = [_folder.Write("labels.km", $"{labels}\n{labels}\n")],
        LabelRates = [2],
        ReferencePath = _folder.Write("ref.tsv", reference),
    };
}
