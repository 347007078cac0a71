using HubertSharp.Runs.Chunks;

namespace HubertSharp.Tests.Onnx;

/// <summary>A recording in memory that remembers how much of it was asked for at once.</summary>
internal sealed class ArraySource(float[] samples) : ISampleSource
{
    public long Length => samples.Length;

    public int Largest { get; private set; }

    public void Read(long start, Span<float> target)
    {
        samples.AsSpan((int)start, target.Length).CopyTo(target);
        Largest = Math.Max(Largest, target.Length);
    }
}
