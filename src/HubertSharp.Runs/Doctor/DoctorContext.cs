namespace HubertSharp.Runs.Doctor;

/// <summary>What is known of a run beside its curves; null where nobody says.</summary>
public sealed record DoctorContext
{
    /// <summary>Clusters of the first label set (K).</summary>
    public int? Clusters { get; init; }

    /// <summary>Where <see cref="Clusters"/> is from, for the reader of the verdict.</summary>
    public string? ClustersFrom { get; init; }

    /// <summary>Entropy of the training labels in bits.</summary>
    public double? LabelEntropyBits { get; init; }

    /// <summary>Updates that the run is meant to have.</summary>
    public long? MaxUpdate { get; init; }

    public long? WarmupUpdates { get; init; }
}
