using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Audio.Spectra;

/// <summary>
/// Kaldi's log mel filter energies of eight windows at a time: the mean removed, pre-emphasis, Povey window, power spectrum, triangles,
/// logarithm. Keeps its buffers, so one per thread; the result does not depend on what came before.
/// </summary>
/// <remarks>
/// Source: torchaudio.compliance.kaldi.fbank with dither 0, use_energy False and snip_edges True. In float32 like the reference, with
/// tables computed in double precision.
/// </remarks>
internal sealed unsafe class LogMelTransform : IDisposable
{
    /// <summary>Windows that are done at once.</summary>
    public const int Lanes = LaneTransform.Lanes;

    /// <summary>Samples of one window, 25 ms.</summary>
    public const int WindowSamples = 400;

    /// <summary>Samples between windows, 10 ms.</summary>
    public const int HopSamples = 160;

    public const float Preemphasis = 0.97f;

    /// <summary>Energies are not taken below float32's machine epsilon before the logarithm.</summary>
    private const float SmallestEnergy = 1.1920929e-7f;

    private readonly float _scale;
    private readonly MelFilterBank _filters;
    private readonly float[] _window = [.. PoveyWindow().Select(w => (float)w)];
    private readonly LaneTransform _transform = new();
    private readonly LaneBuffer _samples = new(WindowSamples);
    private readonly LaneBuffer _energies;

    /// <param name="filters">Mel filters.</param>
    /// <param name="scale">Factor of the samples.</param>
    public LogMelTransform(int filters, float scale)
    {
        _scale = scale;
        _filters = new MelFilterBank(filters);
        _energies = new LaneBuffer(filters);
    }

    /// <summary>The Hann window to the power of 0.85, symmetric.</summary>
    public static IEnumerable<double> PoveyWindow() => Enumerable.Range(0, WindowSamples)
        .Select(i => Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (WindowSamples - 1))), 0.85));

    /// <summary>Windows of a waveform; 0 when it is shorter than one (Kaldi's <c>snip_edges</c>).</summary>
    public static long FramesOf(long samples) => samples < WindowSamples ? 0 : 1 + ((samples - WindowSamples) / HopSamples);

    /// <summary>The log energies of eight windows.</summary>
    /// <param name="waveform">The samples.</param>
    /// <param name="first">The first window.</param>
    /// <param name="last">The last one there is, which stands for those behind it.</param>
    /// <param name="filters">As many others instead of the usual ones.</param>
    /// <returns>[filters], a window in each lane; overwritten by the next call.</returns>
    public Vector256<float>* Energies(float* waveform, int first, int last, MelFilterBank? filters = null)
    {
        Load(waveform, first, last);
        LogEnergies(_transform.PowerSpectrum(), filters ?? _filters);
        return _energies.Start;
    }

    public void Dispose()
    {
        _transform.Dispose();
        _samples.Dispose();
        _energies.Dispose();
    }

    /// <summary>Eight windows, the mean removed, pre-emphasised and weighted, as the input of the transform.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(float* waveform, int first, int last)
    {
        var samples = _samples.Start;
        var rows = stackalloc float*[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
            rows[lane] = waveform + ((long)Math.Min(first + lane, last) * HopSamples);
        var sum = LaneTranspose.Rows(rows, WindowSamples, samples);
        var mean = sum * Vector256.Create(1f / WindowSamples);
        var scale = Vector256.Create(_scale);
        var emphasis = Vector256.Create(Preemphasis);
        var input = _transform.Input;
        var previous = (samples[0] - mean) * scale;
        fixed (float* window = _window)
        {
            for (var i = 0; i < WindowSamples; i += 2)
            {
                var even = (samples[i] - mean) * scale;
                var odd = (samples[i + 1] - mean) * scale;
                input[i / 2] = (even - (emphasis * previous)) * Vector256.Create(window[i]);
                input[(i / 2) + (LaneTransform.Points / 2)] = (odd - (emphasis * even)) * Vector256.Create(window[i + 1]);
                previous = odd;
            }
        }
        for (var i = WindowSamples / 2; i < LaneTransform.Points / 2; i++)
            input[i] = input[i + (LaneTransform.Points / 2)] = Vector256<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LogEnergies(Vector256<float>* power, MelFilterBank bank)
    {
        var energies = _energies.Start;
        for (var filter = 0; filter < bank.Count; filter++)
        {
            var weights = bank.Weights[filter];
            var bins = power + bank.FirstBin[filter];
            var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
            var i = 0;
            for (; i + 1 < weights.Length; i += 2)
            {
                even = Vector256.FusedMultiplyAdd(bins[i], Vector256.Create(weights[i]), even);
                odd = Vector256.FusedMultiplyAdd(bins[i + 1], Vector256.Create(weights[i + 1]), odd);
            }
            if (i < weights.Length)
                even = Vector256.FusedMultiplyAdd(bins[i], Vector256.Create(weights[i]), even);
            energies[filter] = Vector256.Log(Vector256.Max(even + odd, Vector256.Create(SmallestEnergy)));
        }
    }
}
