using HubertSharp.Runs;

namespace HubertSharp.Audio;

/// <summary>Samples at 16 kHz as they come. It grows with what was decoded, never with what a header promises.</summary>
internal sealed class SampleBuffer(string path)
{
    /// <summary>The longest audio that is read at once.</summary>
    public const int MostHours = 8;
    private const int MostSamples = MostHours * 3600 * SamplingRate.Hz;
    private const float LargestPeak = 16; // above it the file holds integers in float's clothing, not overshoot

    private float[] _samples = new float[1 << 16];

    public int Count { get; private set; }

    /// <summary>Room for at least <paramref name="count"/> more samples; tell with <see cref="Advance"/> how many were written.</summary>
    public Span<float> Reserve(int count)
    {
        if (Count + (long)count > MostSamples)
            throw AudioFaults.TooLong(path, MostHours);
        if (Count + count > _samples.Length)
            Array.Resize(ref _samples, (int)Math.Min(MostSamples, Math.Max(Count + (long)count, _samples.Length * 2L)));
        return _samples.AsSpan(Count, count);
    }

    public void Advance(int count) => Count += count;

    /// <summary>Forgets the first samples; what is behind them moves to the front.</summary>
    public void Drop(int count)
    {
        count = Math.Min(count, Count);
        _samples.AsSpan(count, Count - count).CopyTo(_samples);
        Count -= count;
    }

    /// <summary>Copies a range out, zero after the end of the samples, with overshoot cut to [-1, 1].</summary>
    public float[] ToArray(int start, int count)
    {
        var result = new float[count];
        if (start < Count)
            _samples.AsSpan(start, Math.Min(count, Count - start)).CopyTo(result);
        var peak = 0f;
        foreach (var sample in result)
            peak = Math.Max(peak, Math.Abs(sample));
        if (peak > LargestPeak)
            throw AudioFaults.OutOfRange(path, peak);
        if (peak > 1)
        {
            for (var i = 0; i < result.Length; i++)
                result[i] = Math.Clamp(result[i], -1f, 1f);
        }
        return result;
    }
}
