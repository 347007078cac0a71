using System.Globalization;
using static HubertSharp.Runs.Doctor.Logs.Metric;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// What a toolkit's name of a value means: <c>train_inner/loss_m_0</c>, <c>valid_correct_m_0</c>, <c>train_masked_accuracy_step</c>,
/// <c>train/current_loss</c>, <c>hubert_acc_m_11</c>, <c>optim0_lr0</c>.
/// </summary>
/// <param name="Measure">The value; null for what the doctor has no use for.</param>
/// <param name="Kind">What it is a mean over, where the name says so.</param>
/// <param name="Set">Label set, 0 for the first.</param>
/// <param name="Language">Language of a split by language.</param>
internal sealed record MetricName(Metric? Measure, LineKind? Kind, int Set = 0, string? Language = null)
{
    public static MetricName Unknown { get; } = new(null, null);

    /// <summary>Understands a name with the scopes that toolkits put around it.</summary>
    /// <param name="name">As it stands in the log.</param>
    /// <param name="scope">Scope that is known already; the name's own wins.</param>
    public static MetricName Of(string name, LineKind? scope = null)
    {
        var kind = scope;
        var rest = LocalName.InEnglish(WithoutUnit(name.Trim().Trim('"', '\'').ToLowerInvariant())).Replace(' ', '_');
        if (rest == "train_wall")
            return new MetricName(TrainSeconds, kind);
        rest = Turned(rest);
        var slash = rest.LastIndexOf('/');
        if (slash >= 0)
        {
            foreach (var part in rest[..slash].Split('/'))
                kind = ScopeOf(part) ?? kind;
            rest = rest[(slash + 1)..];
        }
        foreach (var (prefix, of) in Prefixes)
        {
            if (rest.StartsWith(prefix, StringComparison.Ordinal) && rest.Length > prefix.Length)
            {
                rest = rest[prefix.Length..];
                kind = of ?? kind;
                break;
            }
        }
        if (rest.EndsWith("_step", StringComparison.Ordinal))
            (rest, kind) = (rest[..^5], kind ?? LineKind.Window);
        else if (rest.EndsWith("_epoch", StringComparison.Ordinal))
            (rest, kind) = (rest[..^6], kind == LineKind.Valid ? kind : LineKind.Epoch);
        if (rest.StartsWith("current_", StringComparison.Ordinal))
            rest = rest["current_".Length..];
        return (MetricOf(rest) ?? OtherLoss(rest)) is { } metric
            ? new MetricName(metric, kind)
            : Spoken(rest, kind) ?? Numbered(rest, kind);
    }

    // "loss/train" is "train/loss", "loss/ctc" is "ctc_loss"
    private static string Turned(string name)
    {
        var slash = name.LastIndexOf('/');
        if (slash <= 0)
            return name;
        var (before, last) = (name[..slash], name[(slash + 1)..]);
        return ScopeOf(last) is not null ? $"{last}/{before}"
            : before is "loss" or "losses" && OtherLoss($"{last}_loss") is not null ? $"{last}_loss"
            : name;
    }

    // Whatever a program calls the loss of another objective, it is none of masked prediction.
    private static Metric? OtherLoss(string name) =>
        !name.Contains("loss", StringComparison.Ordinal) || name.Contains("inter", StringComparison.Ordinal) ? null
        : name.Contains("contrast", StringComparison.Ordinal) || name.Contains("nce_", StringComparison.Ordinal)
            || name.Contains("infonce", StringComparison.Ordinal) ? ContrastiveLoss
        : name.Contains("ctc", StringComparison.Ordinal) ? CtcLoss
        : name.Contains("transducer", StringComparison.Ordinal) || name.Contains("rnnt", StringComparison.Ordinal) ? DecoderLoss
        : null;

    // "loss (bits)", "unit error rate (uer)", "loss (val)", "损失（验证）"
    private static string WithoutUnit(string name)
    {
        if (name.Length == 0 || name[^1] is not (')' or ']' or '）') || name.LastIndexOfAny(['(', '[', '（']) is not (> 0 and var open))
            return name;
        var (value, inside) = (name[..open].TrimEnd(), LocalName.InEnglish(name[(open + 1)..^1].Trim()));
        return ScopeOf(inside) is not null ? $"{inside}/{value}" : value;
    }

    private static Metric? MetricOf(string name) => name switch
    {
        "loss" or "total_loss" or "loss_total" => Loss,
        "nll_loss" => LossPerToken,
        "loss_m" or "masked_loss" or "loss_masked" or "hubert_loss_m" or "hubert_losses_m" => LossMasked,
        "loss_u" or "unmasked_loss" => LossUnmasked,
        "loss_features_pen" or "features_pen" or "feature_penalty" => Penalty,
        "acc_m" or "acc_mask" or "masked_accuracy" or "accuracy_masked" or "hubert_acc_m" => AccuracyMasked,
        "acc_u" or "acc_unmask" or "unmasked_accuracy" or "accuracy_unmasked" or "hubert_acc_u" => AccuracyUnmasked,
        "count_m" or "hubert_count_m" or "gathered_number_of_frames" => CountMasked,
        "count_u" or "hubert_count_u" => CountUnmasked,
        "lr" or "learning_rate" or "optim0_lr0" or "lr_0" => LearningRate,
        "gnorm" or "grad_norm" or "gradient_norm" or "grad.norm" => GradientNorm,
        "clip" => Clip,
        "loss_scale" or "grad_scale" => LossScale,
        "ppl" or "perplexity" => Perplexity,
        "ups" => UpdatesPerSecond,
        "train_wall" => TrainSeconds,
        "wall" => WallSeconds,
        "wpb" => TargetsPerBatch,
        "contrastive_loss" or "constrast_loss" or "contrast_loss" or "loss_contrastive" => ContrastiveLoss,
        "loss_0" => FirstPart,
        "accuracy" or "acc" => Accuracy,
        "code_perplexity" or "codevector_perplexity" or "code_ppl" => CodePerplexity,
        "prob_perplexity" or "probability_perplexity" or "prob_ppl" => ProbPerplexity,
        "uer" or "cer" or "cer_ctc" or "unit_error_rate" or "character_error_rate" => UnitErrorRate,
        "wer" or "word_error_rate" => WordErrorRate,
        "target_var" => TargetVariance,
        "pred_var" => PredictionVariance,
        "ctc_loss" or "loss_ctc" => CtcLoss,
        "att_loss" or "loss_att" or "pruned_loss" or "loss_transducer" => DecoderLoss,
        "num_updates" => Updates,
        "epoch" => Epoch,
        "total_count" => TotalCount,
        "loss_discriminators" => DiscriminatorLoss,
        "adversarial" => AdversarialLoss,
        "n_discriminators" => Discriminators,
        "distill" => DistillationLoss,
        "mel_error" => MelError,
        "dead_codes" => DeadCodes,
        "teacher_rate" => TeacherRate,
        "frame_rate" => FrameRate,
        "nan_loss_count" or "skipped_updates" => NotFiniteCount,
        _ => null,
    };

    // "uer_zh", "nll_loss_code_switched": of the transcripts in one language
    private static MetricName? Spoken(string name, LineKind? kind)
    {
        foreach (var (stem, metric) in SpokenStems)
        {
            if (name.StartsWith(stem, StringComparison.Ordinal) && name.Length - stem.Length is > 0 and <= 16)
                return new MetricName(metric, kind, Language: name[stem.Length..]);
        }
        return null;
    }

    // "lr-AdamW"; "loss_m_0", "correct_m_1", "loss_m_0_zh"; a layer's number behind "hubert_loss_m_"
    private static MetricName Numbered(string name, LineKind? kind)
    {
        if (name.StartsWith("lr-", StringComparison.Ordinal))
            return new MetricName(LearningRate, kind);
        var metric = Stem(name, out var rest);
        if (metric is null)
            return new MetricName(null, kind);
        var underscore = rest.IndexOf('_', StringComparison.Ordinal);
        var digits = underscore < 0 ? rest : rest[..underscore];
        var language = underscore < 0 ? null : rest[(underscore + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var set)
            || set > 1000
            || language is { Length: 0 or > 16 })
            return new MetricName(null, kind);
        return new MetricName(metric, kind, name.StartsWith("hubert_", StringComparison.Ordinal) ? 0 : set, language);
    }

    private static Metric? Stem(string name, out string rest)
    {
        foreach (var (stem, metric) in Stems)
        {
            if (name.StartsWith(stem, StringComparison.Ordinal))
            {
                rest = name[stem.Length..];
                return metric;
            }
        }
        rest = "";
        return null;
    }

    /// <summary>Whether a part of a name tells where in a run its value is from, and not whose it is.</summary>
    public static bool IsScope(string part) => ScopeOf(part.Trim().ToLowerInvariant()) is not null
        || part.Trim()
            .ToLowerInvariant() is "metrics" or "losses" or "loss" or "model" or "charts" or "log" or "stats" or "perf" or "trainer"
            or "optim";

    private static LineKind? ScopeOf(string part) => part switch
    {
        "train_inner" or "iter" => LineKind.Window,
        "train" or "training" => LineKind.Window,
        "valid" or "val" or "dev" or "validation" or "eval" or "evaluation" or "test" or "validierung" => LineKind.Valid,
        _ => null,
    };

    private static readonly (string Prefix, LineKind? Kind)[] Prefixes =
    [
        ("train_inner_", LineKind.Window), ("train_", null), ("valid_", LineKind.Valid), ("val_", LineKind.Valid), ("dev_", LineKind.Valid),
        ("training_", null), ("validation_", LineKind.Valid), ("eval_", LineKind.Valid),
    ];

    private static readonly (string Stem, Metric Measure)[] SpokenStems =
        [("nll_loss_", LossPerToken), ("uer_", UnitErrorRate), ("wer_", WordErrorRate)];

    private static readonly (string Stem, Metric Measure)[] Stems =
    [
        ("hubert_losses_m_", LossMasked), ("hubert_loss_m_", LossMasked), ("loss_m_", LossMasked), ("loss_u_", LossUnmasked),
        ("correct_m_", AccuracyMasked), ("correct_u_", AccuracyUnmasked), ("count_m_", CountMasked), ("count_u_", CountUnmasked),
        ("hubert_acc_m_", AccuracyMasked), ("hubert_acc_u_", AccuracyUnmasked), ("used_q", CodesUsed),
        ("perplexity_q", QuantizerPerplexity),
    ];
}
