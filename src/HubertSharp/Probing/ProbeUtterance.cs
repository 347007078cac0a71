using HubertSharp.Runs.Manifests;

namespace HubertSharp.Probing;

/// <summary>What a recording is for.</summary>
internal enum ProbeSplit
{
    Train,
    Valid,
    Test,
}

/// <summary>One manifest of a probe.</summary>
internal sealed record ProbePart(string Path, Manifest Manifest, ProbeSplit Split);

/// <summary>One recording of a probe.</summary>
/// <param name="Part">Its manifest.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Name">Its name, as references have it.</param>
/// <param name="Speaker">Who speaks, or null where nobody said.</param>
/// <param name="Labels">One class, or the phones in their order; empty where every frame has its own.</param>
internal sealed record ProbeUtterance(ProbePart Part, int Index, string Name, string? Speaker, IReadOnlyList<string> Labels)
{
    public ProbeSplit Split => Part.Split;

    public long Samples => Part.Manifest.Entries[Index].LengthSamples;

    public string Recording => Part.Manifest.FullPath(Index);
}
