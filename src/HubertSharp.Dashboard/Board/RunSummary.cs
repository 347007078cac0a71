using HubertSharp.Dashboard.Listening;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Board;

/// <summary>A run in the list: the last logged figures, as logged; null where the log does not say.</summary>
internal sealed record RunSummary
{
    private const string MelError = "mel_error", MaskedLoss = "loss_m_0";

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required bool HasLog { get; init; }
    public long? Update { get; init; }
    public long? MaxUpdate { get; init; }

    /// <summary>The masked loss; of a fine-tuning its CTC loss per symbol, of a tokenizer its mel error.</summary>
    public double? Loss { get; init; }
    public RunLoss LossKind { get; init; }
    public double? ValidLoss { get; init; }

    /// <summary>Symbol errors of the last validation, in percent.</summary>
    public double? SymbolErrors { get; init; }

    /// <summary>Word errors of it, in percent.</summary>
    public double? WordErrors { get; init; }

    /// <summary>Null where the run trains no tokenizer.</summary>
    public LatestTokenizerFigures? Tokenizer { get; init; }
    public double? Accuracy { get; init; }
    public double? ChanceBits { get; init; }
    public int? Clusters { get; init; }
    public double? StepSeconds { get; init; }
    public double? AudioSecondsPerSecond { get; init; }
    public double? PeakMemoryMib { get; init; }
    public double? GradientNorm { get; init; }
    public double? LearningRate { get; init; }
    public double? SkippedUpdates { get; init; }

    /// <summary>When the log was last written, UTC.</summary>
    public DateTime? WrittenAt { get; init; }

    /// <summary>When the model's predictions for some utterances were last written, UTC.</summary>
    public DateTime? PredictedAt { get; init; }

    /// <summary>Null until the doctor has looked.</summary>
    public LossVerdict? Verdict { get; init; }

    public int DoctorVersion { get; init; }

    /// <summary>Why there is no verdict.</summary>
    public string? Problem { get; init; }

    public static RunSummary Of(RunEntry run, LatestFigures? figures, Examination? doctor)
    {
        var (train, valid, report) = (figures?.Train, figures?.Valid, doctor?.English);
        var kind = KindOf(train, valid);
        return new RunSummary
        {
            Id = run.Id,
            Name = run.Name,
            HasLog = figures is not null,
            Update = figures?.Update,
            MaxUpdate = report?.MaxUpdate,
            Loss = LossOf(train),
            LossKind = kind,
            ValidLoss = LossOf(valid),
            SymbolErrors = valid?["uer"],
            WordErrors = valid?["wer"],
            Tokenizer = kind == RunLoss.Mel && train is not null ? LatestTokenizerFigures.Of(train) : null,
            Accuracy = train?["correct_m_0"],
            ChanceBits = report?.ChanceBits ?? train?["chance_bits"],
            Clusters = report?.Clusters,
            StepSeconds = train?["ups"] is > 0 and var speed ? 1 / speed : null,
            AudioSecondsPerSecond = train?["audio_s_per_s"],
            PeakMemoryMib = train?["peak_rss_mib"],
            GradientNorm = train?["gnorm"],
            LearningRate = train?["lr"],
            SkippedUpdates = train?["skipped_updates"],
            WrittenAt = figures?.WrittenAt,
            PredictedAt = run.File(Predictions.PredictionsFile) is { } predictions ? File.GetLastWriteTimeUtc(predictions) : null,
            Verdict = report?.Verdict,
            DoctorVersion = doctor?.Version ?? 0,
            Problem = doctor?.Problem,
        };
    }

    // a fine-tuning's loss may be of sentences; nll_loss is then of symbols
    private static double? LossOf(MetricsLine? line) =>
        line?[MelError] ?? line?[MaskedLoss] ?? line?["nll_loss"] ?? line?["loss"];

    private static RunLoss KindOf(MetricsLine? train, MetricsLine? valid)
    {
        bool Has(string key) => (train?[key] ?? valid?[key]) is not null;
        return Has(MelError) ? RunLoss.Mel : !Has(MaskedLoss) && (Has("nsentences") || Has("uer")) ? RunLoss.Ctc : RunLoss.Masked;
    }
}
