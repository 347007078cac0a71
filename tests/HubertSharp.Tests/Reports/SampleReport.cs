using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Reports;

/// <summary>A made-up report with every part filled.</summary>
internal static class SampleReport
{
    private static readonly FeatureSource s_thinned = FeatureSource.Mfcc with { Rate = 50 };

    public static PipelineReport Create(string name = "demo") => new()
    {
        Name = name,
        Created = new DateTime(2026, 3, 4, 5, 6, 0, DateTimeKind.Utc),
        Corpus = new CorpusSummary(
            "debian-zh-en",
            [new("train", "en", 530, 1580), new("train", "zh", 479, 1581), new("valid", "en", 32, 61.2), new("valid", "zh", 21, 74.3)],
            "Asterisk core sounds: Allison Smith / Digium, CC BY-SA 3.0\ngcin-voice: Edward Der-Hua Liu, GPL-3/LGPL-3; "
            + "Chu Lo and ChionMeilin, CC BY 3.0"),
        Iterations =
        [
            Iteration(1, FeatureSource.Mfcc, 100, 100, 600), Iteration(2, new(FeatureSourceKind.TrainedModel, 1, 3), 200, 50, 300),
        ],
        Quality =
        [
            new(FeatureSource.Mfcc, "zh", "syllables", 100, 158_000, 0.239, 0.224, 0.289, true),
            new(s_thinned, "zh", "syllables", 100, 6_000, 0.231, 0.22, 0.281, false) { Split = "test", ChoiceSplit = "valid" },
            new(new(FeatureSourceKind.TrainedModel, 2, 3), "zh", "syllables", 100, 6_000, 0.201, 0.081, 0.302, false)
            {
                Split = "test",
                ChoiceSplit = "valid",
                IsChosen = true,
                PnmiIntervals = [new(ResampledUnit.Utterances, 120, 0.291, 0.311)],
                AbxAcross = new Estimate(0.223, [new(ResampledUnit.Utterances, 120, 0.214, 0.231)]),
                Differences =
                [
                    new(Figure.Pnmi, s_thinned,
                        new(0.021, [new(ResampledUnit.Utterances, 120, 0.014, 0.028), new(ResampledUnit.Speakers, 6, 0.002, 0.04)])),
                    new(Figure.AbxAcross, s_thinned, new(-0.0123,
                        [new(ResampledUnit.Utterances, 120, -0.02, -0.004), new(ResampledUnit.Speakers, 6, -0.04, 0.001)])),
                ],
            },
            new(new(FeatureSourceKind.TrainedModel, 1, 3), "zh", "syllables", 200, 79_000, 0.216, 0.085, 0.145, true),
        ],
        Probe =
        [
            new(FeatureSource.Mfcc, "speaker", 0.412, 0.38, 0.44, 1000, 312, 0.012),
            new(new(FeatureSourceKind.RandomModel, 2, 3), "speaker", 0.201, 0.18, 0.23, 1000, 312, 0.012),
            new(new(FeatureSourceKind.TrainedModel, 2, 3), "speaker", 0.431, 0.40, 0.46, 1000, 312, 0.012)
            {
                Differences =
                [
                    new(Figure.Probe, FeatureSource.Mfcc, new(0.019, [new(ResampledUnit.Utterances, 120, -0.01, 0.05)])),
                    new(Figure.Probe, new(FeatureSourceKind.RandomModel, 2, 3), new(0.23, [new(ResampledUnit.Utterances, 120, 0.2, 0.26)])),
                ],
            },
        ],
        Worth = [Worth(0.3, 0.31), Worth(0.31, 0.29)],
        Finetuning = new FinetuningSummary(800, "test", [Errors(0.312), new("zh", 30, new(0.25, []), null)]),
        StageSeconds = [new("corpus", 20), new("pretrain-1", 214.5)],
        Environment = [new("processor", "2 cores"), new("HubertSharp", "0.1.0")],
    };

    private static RunWorth Worth(double middle, double last) => new("test", "valid", 100,
    [
        new("mfcc at 50 Hz", null, null, "zh", 50) { Pnmi = new(0.281, []), AbxAcross = new(0.29, []) },
        new("layer 3", 0, 3, "zh", 50) { Pnmi = new(0.25, []), AbxAcross = new(0.31, []), AudioHours = 0, Minutes = 0 },
        Row(300, middle, 4.2, 2.5),
        Row(600, last, 3.9, 5),
    ])
    {
        Finetunings =
        [
            new(0, 100, "test", [Errors(0.81)]) { AudioHours = 0 },
            new(300, 100, "test", [Errors(0.62)]) { AudioHours = 2.5, LossBits = 4.2 },
        ],
    };

    private static TranscriptErrors Errors(double rate) =>
        new(null, 68, new(rate, [new(ResampledUnit.Utterances, 68, rate - 0.02, rate + 0.02)]),
            new(2 * rate, [new(ResampledUnit.Utterances, 68, (2 * rate) - 0.05, (2 * rate) + 0.05)]));

    private static WorthRow Row(long update, double pnmi, double loss, double hours) => new("layer 3", update, 3, "zh", 50)
    {
        Pnmi = new(pnmi, [new(ResampledUnit.Utterances, 120, pnmi - 0.01, pnmi + 0.01)]),
        AbxAcross = new(0.24, []),
        Probe = new(0.4, []),
        IsChosen = true,
        LossBits = loss,
        AudioHours = hours,
        Minutes = hours,
    };

    public static DataSummary LeftOut => new()
    {
        Split = "train",
        Manifest = new(1009, 3161),
        TooShort = new(730, 1180),
        TooLong = new(0, 0),
        LastBatch = new(3, 4),
        CroppedSeconds = 12,
        MinSampleSize = 32000,
    };

    private static IterationSummary Iteration(int number, FeatureSource source, int clusters, double rate, int updates) => new()
    {
        Number = number,
        Source = source,
        Clusters = clusters,
        LabelRate = rate,
        ChanceBits = Math.Log2(clusters + 4),
        LabelEntropyBits = Math.Log2(clusters + 4) - 0.27,
        Updates = updates,
        Parameters = 4_520_640,
        FirstLossBits = 6.757,
        TrainLossBits = 4.80,
        ValidLossBits = 4.82,
        BitsExplained = 1 - (4.8 / Math.Log2(clusters + 4)),
        MaskedAccuracy = 0.186,
        ValidMaskedAccuracy = 0.174,
        AudioSecondsPerSecond = 23.4,
        Data = number == 1 ? LeftOut : null,
        Verdict = number == 1
            ? new("normal", "The masked loss fell from 6.76 to 4.80 bits and is still falling.",
                [new("falling", "0.21 bits in the last 100 updates.", "The model learns.", "train longer")])
            : new("too_early", "300 updates say little yet.", []),
        Curve =
        [
            .. Enumerable.Range(1, updates / 10).Select(i => new CurvePoint(
                i * 10, 4.6 + (2.15 * Math.Exp(-i / 20.0)) + (0.05 * Math.Sin(i * 1.7)), 0.2 * (1 - Math.Exp(-i / 20.0)),
                0.16 * (1 - Math.Exp(-i / 20.0)), 1.5 + Math.Sin(i), i / 100.0 * 5e-4, false)),
            new CurvePoint(updates, 4.82, 0.174, 0.137, null, null, true),
        ],
        Histogram = [.. Enumerable.Range(0, clusters).Select(c => (long)(c * 37 % clusters * 13))],
        Configuration = [new("model.encoder_layers", "4"), new("optimization.lr", "[0.0005]")],
    };
}
