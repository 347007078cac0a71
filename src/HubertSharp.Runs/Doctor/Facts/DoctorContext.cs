using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>What is known of a run beside its curves; null where nobody says.</summary>
public sealed record DoctorContext
{
    /// <summary>Clusters of the first label set (K).</summary>
    public int? Clusters { get; init; }

    /// <summary>Where <see cref="Clusters"/> is from, for the reader of the verdict.</summary>
    public string? ClustersFrom { get; init; }

    /// <summary>Classes of the model beside the clusters: fairseq's four special symbols, none in torchaudio and ESPnet.</summary>
    public int SpecialClasses { get; init; } = 4;

    /// <summary>The unit where the user says it: <c>bits</c> or <c>nats</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Entropy of the training labels in bits.</summary>
    public double? LabelEntropyBits { get; init; }

    /// <summary>How often each cluster occurs in the training labels.</summary>
    public IReadOnlyList<long> Histogram { get; init; } = [];

    /// <summary>What the label check said at the start of the run.</summary>
    public IReadOnlyList<LabelFinding> LabelFindings { get; init; } = [];

    /// <summary>How much of its manifest the run trains on.</summary>
    public DataSummary? Data { get; init; }

    /// <summary>Updates that the run is meant to have.</summary>
    public long? MaxUpdate { get; init; }

    public long? WarmupUpdates { get; init; }

    /// <summary>The key that sets the warm-up.</summary>
    public string WarmupKey { get; init; } = "lr_scheduler.warmup_updates";

    /// <summary>What the run's own configuration trains; null where there is none.</summary>
    public TrainingObjective? Objective { get; init; }

    /// <summary>Updates at the start of a fine-tuning in which only the output layer learns.</summary>
    public long? FrozenUpdates { get; init; }

    /// <summary>What a fine-tuning's check of its transcripts found.</summary>
    public TranscriptSummary? Transcripts { get; init; }

    /// <summary>The schedule lets the rate rise again once it is down, so that a low one is not the end.</summary>
    public bool RateRestarts { get; init; }

    /// <summary>Encoder layers that predict, counted from 1; empty where only the last does, or nobody says.</summary>
    public IReadOnlyList<int> PredictLayers { get; init; } = [];

    /// <summary>A linear head or a log-mel front end: no cosines, or no features penalty.</summary>
    public bool HasOtherModel { get; init; }

    /// <summary>A SpeechTokenizer is trained.</summary>
    public bool IsTokenizer { get; init; }

    /// <summary>Codes of each of its quantisers.</summary>
    public int? CodebookSize { get; init; }

    /// <summary>Its first quantiser learns from a teacher.</summary>
    public bool HasTeacher { get; init; }

    /// <summary>Its first quantiser is compared with the teacher frame by frame, not dimension by dimension.</summary>
    public bool DistillsAlongTime { get; init; }

    /// <summary>Frame i of the teacher teaches frame i, whatever their rates, as in the released program.</summary>
    public bool IgnoresTeacherRate { get; init; }

    /// <summary>What the run's own log says of updates that were left out; null where it is silent.</summary>
    internal SkippedUpdates? Skipped { get; init; }

    /// <summary>The runs that this one is placed against.</summary>
    public IReadOnlyList<ReferenceRun> References { get; init; } = ReferenceRun.All;

    /// <summary>Fills what is still open from the head of the log.</summary>
    internal DoctorContext With(MetricsSeries series)
    {
        var specials = series.Format.HasSpecialClasses ? SpecialClasses : 0;
        var context = this with
        {
            SpecialClasses = specials,
            MaxUpdate = MaxUpdate ?? series.Hints.MaxUpdate,
            WarmupUpdates = WarmupUpdates ?? series.Hints.WarmupUpdates,
            FrozenUpdates = FrozenUpdates ?? series.Hints.FrozenUpdates,
        };
        return context.Clusters is null && series.Hints.Classes is { } classes && classes > specials
            ? context with { Clusters = classes - specials, ClustersFrom = "configuration" }
            : context;
    }
}
