using System.Text.RegularExpressions;
using HubertSharp.Audio;
using HubertSharp.Clustering;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Evaluation;

/// <summary>Probe and layer quality from audio to figures, with a tiny model and tones for syllables.</summary>
public sealed class EvaluationRunTests : IDisposable
{
    private const int SegmentSamples = 3200;
    private const int Segments = 12;
    private static readonly double[] Hertz = [300, 900, 2500];

    private readonly TemporaryFolder _folder = new();
    private readonly string _manifest;
    private readonly string _reference;
    private readonly string _checkpoint;

    public EvaluationRunTests()
    {
        using var tiny = new TinyModel(Fixtures.Matching("hubert_tiny_*")[0]);
        _checkpoint = _folder.At("checkpoint");
        HubertCheckpoint.Write(_checkpoint, tiny.Model);
        var entries = new List<ManifestEntry>();
        var alignment = new List<string> { "utt\tspeaker\tsamples\ttones" };
        var random = new Random(3);
        for (var utterance = 0; utterance < 4; utterance++)
        {
            var samples = new float[Segments * SegmentSamples];
            var segments = new List<string>();
            for (var segment = 0; segment < Segments; segment++)
            {
                var tone = segment % Hertz.Length;
                var (start, end) = (segment * SegmentSamples, (segment + 1) * SegmentSamples);
                for (var i = start; i < end; i++)
                    samples[i] = (float)(0.3 * Math.Sin(2 * Math.PI * Hertz[tone] * i / AudioFile.SampleRate) + 0.01 * random.NextDouble());
                segments.Add($"tone{(char)('a' + tone)}{segment / Hertz.Length}:{start}:{end}");
            }
            AudioFile.Write(_folder.At($"u{utterance}.wav"), samples, AudioFile.SampleRate);
            entries.Add(new ManifestEntry($"u{utterance}.wav", samples.Length, utterance < 2 ? "xx" : "yy"));
            alignment.Add($"u{utterance}\tspeaker{utterance % 2}\t{samples.Length}\t{string.Join(' ', segments)}");
        }
        _manifest = _folder.At("train.tsv");
        new Manifest(_folder.FullName, entries).Write(_manifest);
        _reference = _folder.Write("tones.tsv", string.Join('\n', alignment));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Probe_compares_mfcc_trained_and_untrained_layers()
    {
        var results = Probe(new ProbeRunOptions
        {
            ManifestPaths = [_manifest],
            ReferencePath = _reference,
            Models = [new ModelSpec(_checkpoint, [1])],
            Untrained = true,
            HeldOut = [HeldOut.Speaker, HeldOut.Pronunciation],
        });

        Assert.Equal(["mfcc", "mfcc", "trained", "trained", "random", "random"], results.Select(r => r.Features.Kind));
        Assert.Equal([null, null, 1, 1, 1, 1], results.Select(r => r.Features.Layer));
        Assert.All(results, r => Assert.Equal((3, 48), (r.Classes, r.Examples)));
        Assert.Equal(1, results[0].Accuracy); // three steady tones are nothing to MFCCs
        Assert.Equal(2, results[0].Folds);
    }

    [Fact]
    public void Equal_architectures_are_drawn_once()
    {
        var spec = new ModelSpec(_checkpoint, [1]);
        var results = Probe(new ProbeRunOptions
        {
            ManifestPaths = [_manifest],
            ReferencePath = _reference,
            Mfcc = false,
            Models = [spec, spec],
            Untrained = true,
        });
        Assert.Equal(["trained", "trained", "random"], results.Select(r => r.Features.Kind));
        Assert.Equal(results[0].Accuracy, results[1].Accuracy);
    }

    [Fact]
    public void Layers_are_clustered_and_scored_per_language()
    {
        var rows = Layers(new LayerQualityOptions
        {
            ManifestPath = _manifest,
            ReferencePath = _reference,
            Mfcc = true,
            Models = [new ModelSpec(_checkpoint, [])],
            KMeans = new KMeansOptions { Clusters = 6, Starts = 3 },
            WorkFolder = _folder.At("work"),
        });

        var layers = ModelDescription.Read(Path.Combine(_checkpoint, ModelDescription.FileName)).Model.EncoderLayers;
        Assert.Equal(3 * (2 + layers), rows.Count);
        Assert.Equal([null, "xx", "yy"], rows.Take(3).Select(r => r.Language));
        Assert.Equal("mfcc", rows[0].Features!.Kind);
        Assert.InRange(rows[0].Quality.ReferencePurity, 0.9, 1);
        // MFCCs at the model's rate are of the same frames
        Assert.Equal((50, rows[6].Quality.FramesTotal), (rows[3].LabelRate, rows[3].Quality.FramesTotal));
        Assert.Equal(Enumerable.Range(1, layers), rows.Skip(6).Select(r => r.Features!.Layer!.Value).Distinct());
        Assert.Empty(Directory.GetDirectories(_folder.At("work")));
    }

    /// <summary>k-means, choice and score each on utterances of their own; rivals over the same frames.</summary>
    [Fact]
    public void Layers_are_chosen_on_other_utterances_than_they_are_scored_on()
    {
        var all = Manifest.Read(_manifest);
        string Part(string name, params int[] utterances)
        {
            new Manifest(all.Root, [.. utterances.Select(u => all.Entries[u] with { Language = null })]).Write(_folder.At(name));
            return _folder.At(name);
        }

        var rows = Layers(new LayerQualityOptions
        {
            ManifestPath = Part("test.tsv", 3),
            FitManifestPath = Part("fit.tsv", 0, 1),
            ChooseManifestPath = Part("choose.tsv", 2),
            ReferencePath = _reference,
            Mfcc = true,
            Fbank = true,
            Untrained = true,
            Abx = new AbxOptions(),
            Models = [new ModelSpec(_checkpoint, [1, 2])],
            KMeans = new KMeansOptions { Clusters = 4, Starts = 2 },
            WorkFolder = _folder.At("work"),
        });

        Assert.Equal(["mfcc", "mfcc", "fbank", "fbank", "trained", "trained", "random", "random"], rows.Select(r => r.Features!.Kind));
        Assert.Equal([100, 50, 100, 50, 50, 50, 50, 50], rows.Select(r => r.LabelRate));
        Assert.All(rows.Where(r => r.LabelRate == 50), r => Assert.Equal(rows[1].Quality.FramesTotal, r.Quality.FramesTotal));
        Assert.All(rows, r => Assert.Equal(1, r.Quality.UtterancesTotal - r.Quality.UtterancesMissing));
        Assert.Equal(rows.Skip(4).Take(2).MaxBy(r => r.ChoicePnmi), Assert.Single(rows, r => r.IsChosen));
        Assert.All(rows, r => Assert.InRange(r.AbxWithin!.Value, 0, 0.5)); // tones stand alone: their neighbours tell them
        Assert.All(rows, r => Assert.Null(r.AbxAcross)); // one speaker
        foreach (var trained in rows.Skip(4).Take(2))
        {
            // PNMI is compared over the same frames alone
            Assert.Equal(["mfcc at 50 Hz", "fbank at 50 Hz", $"random weights layer {trained.Features!.Layer}"],
                trained.Differences.Where(d => d.Figure == Figure.Pnmi).Select(d => d.Than));
            Assert.Equal(5, trained.Differences.Count(d => d.Figure == Figure.AbxWithin));
            Assert.All(trained.Differences, d => Assert.False(d.Paired.IsDifference)); // one utterance tells nothing
        }
    }

    [Theory]
    [InlineData("runs/it1", "runs/it1", "")]
    [InlineData("runs/it1:3", "runs/it1", "3")]
    [InlineData("runs/it1:3,1,3", "runs/it1", "3,1")]
    [InlineData("C:/runs", "C:/runs", "")]
    public void Models_with_layers(string text, string path, string layers)
    {
        var spec = ModelSpec.Parse(text);
        Assert.Equal((path, layers), (spec.Path, string.Join(',', spec.Layers)));
    }

    [Theory]
    [InlineData("runs/it1:0")]
    [InlineData(":3")]
    [InlineData("runs/it1:3,x")]
    public void Models_that_are_none(string text) => Assert.Throws<UserException>(() => ModelSpec.Parse(text));

    [Fact]
    public void Faults_come_before_the_work()
    {
        Assert.Contains("the model has no such layer", Assert.Throws<UserException>(() => Layers(new LayerQualityOptions
        {
            ManifestPath = _manifest,
            ReferencePath = _reference,
            Models = [new ModelSpec(_checkpoint, [77])],
            KMeans = new KMeansOptions { Clusters = 6 },
        })).Message);
    }

    [Theory]
    [InlineData(1, true)] // a copy at another rate rounds
    [InlineData(-987, true)] // a decoder's delay
    [InlineData(1601, false)]
    [InlineData(-1601, false)]
    public void A_length_within_a_tenth_of_a_second_is_that_of_the_recording(int longer, bool isTaken)
    {
        const int length = Segments * SegmentSamples;
        var alignment = File.ReadAllText(_reference).Replace($"\t{length}\t", $"\t{length + longer}\t");
        File.WriteAllText(_reference, Regex.Replace(alignment, $":{length}(?=\n|$)", $":{length + Math.Min(0, longer)}"));
        var options = new ProbeRunOptions { ManifestPaths = [_manifest], ReferencePath = _reference };
        if (isTaken)
        {
            Assert.Equal(4 * Segments, ProbeData.Read(options).Examples.Count);
            return;
        }
        Assert.Contains($"has another length than in the manifest (expected {length} samples, give or take 1600, found {length + longer})",
            Assert.Throws<UserException>(() => ProbeData.Read(options)).Message);
    }

    private static IReadOnlyList<ProbeResult> Probe(ProbeRunOptions options) =>
        ProbeRun.Run(options, null, TestContext.Current.CancellationToken);

    private static IReadOnlyList<QualityRow> Layers(LayerQualityOptions options) =>
        LayerQuality.Run(options, null, TestContext.Current.CancellationToken);
}
