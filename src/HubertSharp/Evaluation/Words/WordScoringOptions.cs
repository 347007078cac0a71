using HubertSharp.Evaluation.Resampling;

namespace HubertSharp.Evaluation.Words;

/// <summary>What to score, and how.</summary>
public sealed record WordScoringOptions
{
    /// <summary>File of the references.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>File of the hypotheses.</summary>
    public required string HypothesisPath { get; init; }

    /// <summary>File of another system's hypotheses, to compare with.</summary>
    public string? AgainstPath { get; init; }

    /// <summary>Whose rules.</summary>
    public ScoringMode Mode { get; init; }

    /// <summary>What is made equal first; of <see cref="ScoringMode.Mixed"/>.</summary>
    public TextNormalisation Normalisation { get; init; } = new();

    /// <summary>Case does not count; of the other modes (WeNet's never counts it).</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>How all files hold their texts.</summary>
    public TranscriptLayout Format { get; init; }

    /// <summary>Manifest whose utterances the reference's lines are of, in its order; null where the reference has names.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>Column or field of the reference's text.</summary>
    public string? ReferenceColumn { get; init; }

    /// <summary>Column or field of the hypotheses' text.</summary>
    public string? HypothesisColumn { get; init; }

    /// <summary>Column or field of the reference that parts the table.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>What the table is parted by.</summary>
    public ScoreParts By { get; init; }

    /// <summary>File of lines <c>name speaker</c>.</summary>
    public string? SpeakersPath { get; init; }

    /// <summary>A speaker is what stands before the first of these characters in a name.</summary>
    public string? SpeakerSeparators { get; init; }

    /// <summary>A missing hypothesis counts as an empty one, and what has no reference is left out.</summary>
    public bool Partial { get; init; }

    /// <summary>Whether the report holds the alignments.</summary>
    public bool WithAlignments { get; init; }

    /// <summary>Decides what intervals draw.</summary>
    public long Seed { get; init; } = Bootstrap.Seed;
}
