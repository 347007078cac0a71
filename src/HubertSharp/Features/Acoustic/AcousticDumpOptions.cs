using HubertSharp.Distributed;

namespace HubertSharp.Features.Acoustic;

/// <summary>What <see cref="AcousticDump"/> computes, and where it goes.</summary>
public sealed record AcousticDumpOptions
{
    /// <summary>The <c>.tsv</c>; its name without ending names the split.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>The folder of the dump; made when it is not there.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>MFCC or fbank, and how.</summary>
    public AcousticSettings Settings { get; init; } = AcousticSettings.Mfcc;

    /// <summary>The part of the manifest that this process does.</summary>
    public FeatureShard Shard { get; init; } = FeatureShard.Whole;

    /// <summary>Threads that decode and compute; 0 takes all cores.</summary>
    public int Threads { get; init; }

    /// <summary>The processes that share the work; the first one writes.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
