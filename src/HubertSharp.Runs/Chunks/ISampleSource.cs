namespace HubertSharp.Runs.Chunks;

/// <summary>A recording that is read in pieces, at the model's rate.</summary>
public interface ISampleSource
{
    /// <summary>Samples in all.</summary>
    long Length { get; }

    /// <summary>Reads samples in [-1, 1] from a place on; fills the span.</summary>
    void Read(long start, Span<float> samples);
}
