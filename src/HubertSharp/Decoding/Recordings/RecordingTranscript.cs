namespace HubertSharp.Decoding.Recordings;

/// <summary>What was said in a recording.</summary>
/// <param name="Name">What its results are called.</param>
/// <param name="Path">The file.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Readings">Best first; at least one.</param>
internal sealed record RecordingTranscript(string Name, string Path, double Seconds, IReadOnlyList<Transcript> Readings)
{
    public Transcript Best => Readings[0];
}
