using HubertSharp.Audio.Spectra;
using HubertSharp.Runs;

namespace HubertSharp.Features.Acoustic;

/// <summary>
/// The settings of Kaldi's MFCC and filter banks that HuBERT's recipes use; those that it never varies (25 ms windows every 10 ms, Povey
/// window, pre-emphasis 0.97, the mean removed, no dither, frames that fit only) are constants.
/// </summary>
public sealed record AcousticSettings
{
    /// <summary>Samples per second of the waveform.</summary>
    public const int SampleRate = SamplingRate.Hz;

    /// <summary>Samples of one window, 25 ms.</summary>
    public const int WindowSamples = LogMelTransform.WindowSamples;

    /// <summary>Samples between windows, 10 ms.</summary>
    public const int HopSamples = LogMelTransform.HopSamples;

    /// <summary>Points of the Fourier transform: the window padded with zeros to a power of two.</summary>
    public const int TransformPoints = LaneTransform.Points;

    /// <summary>Mel filters: 23 for MFCC, 80 for fbank.</summary>
    public required int MelBins { get; init; }

    /// <summary>Cepstral coefficients, the zeroth included, or null for the log filter energies themselves.</summary>
    public int? Coefficients { get; init; }

    /// <summary>Kaldi's cepstral lifter Q: coefficient i is multiplied by 1 + Q/2·sin(πi/Q).</summary>
    public double Lifter { get; init; } = 22;

    /// <summary>Adds deltas and delta-deltas (torchaudio's <c>compute_deltas</c>, 5 frames, edges repeated).</summary>
    public bool Deltas { get; init; }

    /// <summary>Factor of the waveform in [-1, 1]: 1, or 32768 for features of int16 samples.</summary>
    public float WaveformScale { get; init; } = 1;

    /// <summary>fairseq's <c>dump_mfcc_feature.py</c>: 13 coefficients of 23 filters with two deltas, 39 dimensions.</summary>
    public static AcousticSettings Mfcc { get; } = new() { MelBins = 23, Coefficients = 13, Deltas = true };

    /// <summary>fairseq's <c>get_fbank</c>: 80 log filter energies of the waveform times 2^15.</summary>
    public static AcousticSettings Fbank { get; } = new() { MelBins = 80, WaveformScale = 1 << 15 };

    /// <summary>Numbers per frame.</summary>
    public int Dimensions => (Coefficients ?? MelBins) * (Deltas ? 3 : 1);

    /// <summary>How the features are recorded in dumps and k-means models.</summary>
    public FeatureDescription Description => new()
    {
        Kind = Coefficients is null ? "fbank" : "mfcc",
        Dimensions = Dimensions,
        FrameRate = (double)SampleRate / HopSamples,
        Waveform = WaveformScale == 1 ? "unit" : "int16",
    };

    /// <summary>Frames of a waveform; 0 when it is shorter than a window (Kaldi's <c>snip_edges</c>).</summary>
    public static long FramesOf(long samples) => LogMelTransform.FramesOf(samples);
}
