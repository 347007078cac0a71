namespace HubertSharp.Audio;

/// <summary><c>task.normalize</c>: zero mean and unit variance over the whole utterance before it is cropped.</summary>
public static class WaveformNorm
{
    /// <summary>fairseq's, which is F.layer_norm's default; transformers adds 1e-7.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Normalises <paramref name="samples"/> in place.</summary>
    /// <param name="epsilon">Added to the variance.</param>
    public static void Apply(Span<float> samples, float epsilon = Epsilon)
    {
        double sum = 0, squares = 0;
        foreach (var sample in samples)
            sum += sample;
        var mean = sum / samples.Length;
        foreach (var sample in samples)
            squares += (sample - mean) * (sample - mean);
        var scale = 1 / Math.Sqrt((squares / samples.Length) + epsilon);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)((samples[i] - mean) * scale);
    }
}
