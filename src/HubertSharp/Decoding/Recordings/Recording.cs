namespace HubertSharp.Decoding.Recordings;

/// <summary>A recording to be transcribed.</summary>
/// <param name="Name">What its results are called; of a manifest the path below its root, without an ending.</param>
/// <param name="Path">The file.</param>
/// <param name="LengthSamples">At 16 kHz.</param>
internal sealed record Recording(string Name, string Path, long LengthSamples);
