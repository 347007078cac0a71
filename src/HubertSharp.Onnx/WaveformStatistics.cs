namespace HubertSharp.Onnx;

/// <summary>
/// Mean and variance of a waveform that comes in pieces, so that a long file is normalised as a whole without being in memory.
/// </summary>
internal sealed class WaveformStatistics
{
    private double _mean, _squares;
    private long _count;

    /// <summary>Takes in a piece (Chan et al. 1979: no difference of large sums).</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        if (samples.Length == 0)
            return;
        double sum = 0, squares = 0;
        foreach (var sample in samples)
            sum += sample;
        var mean = sum / samples.Length;
        foreach (var sample in samples)
            squares += (sample - mean) * (sample - mean);
        var (total, delta) = (_count + samples.Length, mean - _mean);
        _squares += squares + (delta * delta * _count * samples.Length / total);
        _mean += delta * samples.Length / total;
        _count = total;
    }

    /// <summary>To mean 0 and variance 1, in place.</summary>
    public void Apply(Span<float> samples, double epsilon)
    {
        var scale = 1 / Math.Sqrt((_squares / _count) + epsilon);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)((samples[i] - _mean) * scale);
    }
}
