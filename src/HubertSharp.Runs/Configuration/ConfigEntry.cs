namespace HubertSharp.Runs.Configuration;

/// <summary>One resolved key.</summary>
/// <param name="Key">Dotted key, <c>model.label_rate</c>.</param>
/// <param name="Value">The value as YAML; <c>???</c> where it is missing.</param>
/// <param name="Origin"><c>default</c>, <c>bundled NAME.yaml:LINE</c>, <c>FILE:LINE</c> or <c>command line</c>, with the interpolation it was written as.</param>
public sealed record ConfigEntry(string Key, string Value, string Origin);
