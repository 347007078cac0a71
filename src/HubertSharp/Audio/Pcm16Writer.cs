using System.Runtime.InteropServices;
using HubertSharp.Audio.Flac;
using HubertSharp.Runs;
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
        var info = new SndfileNative.Info { SampleRate = sampleRate, Channels = 1, Format = format };
        using var handle = SndfileHandle.Open(file, SndfileNative.ModeWrite, ref info, out _, out var reason);
        if (handle.IsInvalid)
            throw AudioFaults.CannotWrite(path, reason);
        var written = SndfileNative.WriteShort(handle, ref MemoryMarshal.GetReference(pcm), pcm.Length);
        var fault = written == pcm.Length ? null : handle.Fault ?? "the disk is full";
        if (!handle.CloseAndCheck() || fault is not null)
            throw AudioFaults.CannotWrite(path, fault ?? "the last bytes could not be written");
        // The FLAC encoder keeps quiet about a disk that fills up while it closes: what lies there must be the whole.
        if ((format & SndfileNative.TypeMask) == SndfileNative.TypeFlac
            && !IsWhole(path, file, pcm.Length))
            throw AudioFaults.CannotWrite(path, "the disk is full");
    }

    private static bool IsWhole(string path, SafeFileHandle file, int samples)
    {
        try
        {
            return FlacLength.Check(path, file, RandomAccess.GetLength(file), out _) == samples;
        }
        catch (UserException)
        {
            return false;
        }
    }
}
