namespace HubertSharp.Runs.Manifests;

/// <summary>One utterance of a manifest.</summary>
/// <param name="RelativePath">Path below the manifest's root, with forward slashes, or a place within a zip below it:
/// <see cref="ArchiveSlice"/>.</param>
/// <param name="LengthSamples">Length in samples at the task's rate (16 kHz), above 0.</param>
/// <param name="Language">Language tag (<c>zh</c>, <c>en</c>), or null where the manifest does not say.</param>
public sealed record ManifestEntry(string RelativePath, long LengthSamples, string? Language = null);
