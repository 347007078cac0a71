namespace HubertSharp.Runs.Chunks;

/// <summary>
/// Mean and variance of a waveform that comes in pieces, so that a long file is normalised as a whole without being in memory.
/// </summary>
public sealed class WaveformStatistics
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

    /// <summary>Those of a recording, read in pieces.</summary>
    public static WaveformStatistics Of(ISampleSource source, int pieceSamples, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var statistics = new WaveformStatistics();
        var piece = new float[pieceSamples];
        for (var start = 0L; start < source.Length; start += piece.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, source.Length - start));
            source.Read(start, part);
            statistics.Add(part);
        }
        return statistics;
    }

    /// <summary>To mean 0 and variance 1, in place.</summary>
    public void Apply(Span<float> samples, double epsilon)
    {
        var scale = 1 / Math.Sqrt((_squares / _count) + epsilon);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)((samples[i] - _mean) * scale);
    }
}
