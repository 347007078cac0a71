namespace HubertSharp.Audio;

/// <summary><c>task.normalize</c>: zero mean and unit variance over the whole utterance before it is cropped.</summary>
public static class WaveformNorm
{
    private const float Epsilon = 1e-5f; // fairseq: F.layer_norm's default; Hugging Face uses 1e-7

    /// <summary>Normalises <paramref name="samples"/> in place.</summary>
    public static void Apply(Span<float> samples)
    {
        double sum = 0, squares = 0;
        foreach (var sample in samples)
            sum += sample;
        var mean = sum / samples.Length;
        foreach (var sample in samples)
            squares += (sample - mean) * (sample - mean);
        var scale = 1 / Math.Sqrt((squares / samples.Length) + Epsilon);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)((samples[i] - mean) * scale);
    }
}
