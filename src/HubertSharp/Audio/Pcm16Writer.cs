using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>Writes 16-bit samples through libsndfile.</summary>
internal static class Pcm16Writer
{
    /// <summary>Rounds to the nearest multiple of 1/32768 and cuts at full scale.</summary>
    public static short[] Round(ReadOnlySpan<float> samples)
    {
        var pcm = new short[samples.Length];
        for (var i = 0; i < pcm.Length; i++)
            pcm[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue);
        return pcm;
    }

    /// <summary>libsndfile's format number for a name ending in <c>.wav</c> or <c>.flac</c>.</summary>
    public static int FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".wav" => SndfileNative.TypeWav | SndfileNative.Pcm16,
        ".flac" => SndfileNative.TypeFlac | SndfileNative.Pcm16,
        _ => throw AudioFaults.FormatOfName(path),
    };

    /// <summary>Writes all samples; the descriptor stays open and belongs to the caller.</summary>
    public static void Write(string path, SafeFileHandle file, ReadOnlySpan<short> pcm, int sampleRate, int format)
    {
        if (pcm.IsEmpty)
            throw new ArgumentException("no samples to write", nameof(pcm));
        using var output = new Pcm16Output(path, file, sampleRate, format);
        output.Append(pcm);
        output.Complete();
    }
}
