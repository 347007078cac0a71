using HubertSharp.Decoding.Recordings;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>What <see cref="TokenizerScoring"/> measures.</summary>
internal sealed record TokenizerScoringOptions
{
    /// <summary>Where the tokenizer is, for the report.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Recordings that it did not learn from.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Numbers of quantisers to decode from; none takes 1, 2, 4, … and all.</summary>
    public IReadOnlyList<int> Quantizers { get; init; } = [];

    /// <summary>Phones or syllables that quantiser 1 is held against; null for none.</summary>
    public string? ReferencePath { get; init; }

    /// <summary>Whether tone and stress digits of the reference are left out.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary>The teacher's clusters (<c>.km</c>) of the same manifest; null for none.</summary>
    public string? LabelsPath { get; init; }

    /// <summary>Labels per second; null for the tokenizer's frames.</summary>
    public double? LabelRate { get; init; }

    /// <summary>Writes down what is said; null for no error rates.</summary>
    public CtcScorer? Recogniser { get; init; }

    /// <summary>Where the recogniser is, for the report.</summary>
    public string? RecogniserPath { get; init; }

    /// <summary>Figures that programs of the user's measure.</summary>
    public IReadOnlyList<ExternalMeasure> Measures { get; init; } = [];

    public ChunkOptions Chunks { get; init; } = ChunkOptions.OfTokenizers;

    /// <summary>Recordings computed at once; 0 for as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>Folder for JSON, pages and recordings; null for none.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Recordings that the pages play.</summary>
    public int Examples { get; init; } = 6;

    /// <summary>Decides what intervals draw.</summary>
    public long Seed { get; init; } = Evaluation.Resampling.Bootstrap.Seed;
}
