using HubertSharp.Distributed;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Tensors;

namespace HubertSharp.Features.Hubert;

/// <summary>What <see cref="HubertDump"/> computes, and where it goes.</summary>
public sealed record HubertDumpOptions
{
    /// <summary>The <c>.tsv</c>; its name without ending names the split.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>The folder of the dump; made when it is not there.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>A checkpoint folder, a run folder (its last checkpoint), a fairseq <c>.pt</c>, or a Hugging Face folder.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Take fresh random weights of this seed instead of the trained ones; null for these.</summary>
    public ulong? UntrainedSeed { get; init; }

    /// <summary>What "layer N" means.</summary>
    public FeatureConvention Convention { get; init; }

    /// <summary>Transformer layers, counted from 1 as fairseq does; several go to folders <c>layer_N</c> of the output folder.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Instead of layers: several hidden states as one.</summary>
    public LayerMix? Mix { get; init; }

    /// <summary>Most seconds that the model sees at once: fairseq's <c>max_chunk</c>.</summary>
    public double ChunkSeconds { get; init; } = 100;

    /// <summary>The part of the manifest that this process does.</summary>
    public FeatureShard Shard { get; init; } = FeatureShard.Whole;

    /// <summary>Threads that decode and compute; 0 takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>cpu, cuda, or auto: a GPU where there is one.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>float32 is the reference; bfloat16 is several times faster on CPUs that multiply it, at three digits.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>The processes that share the work; the first one writes.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
