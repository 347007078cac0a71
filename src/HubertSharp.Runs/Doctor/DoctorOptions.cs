namespace HubertSharp.Runs.Doctor;

/// <summary>
/// What a user may tell the doctor; it wins over what a log of another program and its folder say. Clusters and labels that contradict
/// what a run of this program has recorded are refused.
/// </summary>
public sealed record DoctorOptions
{
    /// <summary>Number of clusters (K).</summary>
    public int? Clusters { get; init; }

    /// <summary>Training labels (<c>.km</c>), for their histogram.</summary>
    public string? LabelsPath { get; init; }

    /// <summary><c>bits</c> or <c>nats</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Further reference runs: tables as <c>reference-bands.tsv</c>, run folders or logs.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}
