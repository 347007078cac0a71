using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HubertSharp.Audio.Spectra;

namespace HubertSharp.Features.Acoustic;

/// <summary>
/// Kaldi-compatible MFCCs and log filter energies of one waveform after the other, eight frames at a time. Keeps its buffers, so one
/// per thread; the result does not depend on what came before.
/// </summary>
/// <remarks>
/// Source: torchaudio.compliance.kaldi.mfcc and fbank as fairseq calls them (dither 0, use_energy False, snip_edges True), and
/// torchaudio.functional.compute_deltas. In float32 like the reference, with tables computed in double precision.
/// </remarks>
public sealed unsafe class AcousticExtractor : IDisposable
{
    private const int Lanes = LaneTransform.Lanes;
    private const int Window = AcousticSettings.WindowSamples;

    /// <summary>Energies are not taken below float32's machine epsilon before the logarithm.</summary>
    private const float SmallestEnergy = 1.1920929e-7f;

    private readonly AcousticSettings _settings;
    private readonly MelFilterBank _filters;
    private readonly float[] _window = PoveyWindow();
    private readonly float[]? _cepstrum; // [coefficients, filters]
    private readonly LaneTransform _transform = new();
    private readonly LaneBuffer _samples = new(Window);
    private readonly LaneBuffer _energies;
    private float[] _statics = [];
    private float[] _deltas = [];

    public AcousticExtractor(AcousticSettings settings)
    {
        _settings = settings;
        _filters = new MelFilterBank(settings.MelBins);
        _energies = new LaneBuffer(settings.MelBins);
        _cepstrum = settings.Coefficients is { } count ? CepstralMatrix(count, settings.MelBins, settings.Lifter) : null;
    }

    private int Statics => _settings.Coefficients ?? _settings.MelBins;

    /// <summary>Computes the features of a waveform.</summary>
    /// <param name="waveform">Mono samples in [-1, 1] at 16 kHz, at least one window of them.</param>
    /// <returns>[frames, dimensions].</returns>
    public float[] Compute(ReadOnlySpan<float> waveform)
    {
        var features = new float[AcousticSettings.FramesOf(waveform.Length) * _settings.Dimensions];
        Compute(waveform, features);
        return features;
    }

    /// <summary>Computes the features of a waveform into <paramref name="destination"/>, [frames, dimensions].</summary>
    public void Compute(ReadOnlySpan<float> waveform, Span<float> destination)
    {
        var frames = (int)AcousticSettings.FramesOf(waveform.Length);
        if (destination.Length != frames * _settings.Dimensions)
            throw new ArgumentException($"{destination.Length} numbers, expected {frames} frames of {_settings.Dimensions}",
                nameof(destination));
        if (frames == 0)
            return;
        if (!_settings.Deltas)
        {
            ComputeStatics(waveform, frames, destination);
            return;
        }
        var (width, edge) = (Statics, FrameDeltas.Reach * Statics);
        if (_statics.Length < ((frames + (2 * FrameDeltas.Reach)) * width))
        {
            _statics = new float[(frames + (2 * FrameDeltas.Reach)) * width];
            _deltas = new float[_statics.Length];
        }
        var statics = _statics.AsSpan(0, (frames + (2 * FrameDeltas.Reach)) * width);
        var deltas = _deltas.AsSpan(0, statics.Length);
        ComputeStatics(waveform, frames, statics.Slice(edge, frames * width));
        FrameDeltas.Compute(statics, deltas, width);
        FrameDeltas.Copy(statics[edge..], destination, width, 0); // before the second slopes overwrite them
        FrameDeltas.Copy(deltas[edge..], destination, width, width);
        FrameDeltas.Compute(deltas, statics, width);
        FrameDeltas.Copy(statics[edge..], destination, width, 2 * width);
    }

    public void Dispose()
    {
        _transform.Dispose();
        _samples.Dispose();
        _energies.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeStatics(ReadOnlySpan<float> waveform, int frames, Span<float> destination)
    {
        var width = Statics;
        fixed (float* start = waveform, output = destination)
        {
            for (var first = 0; first < frames; first += Lanes)
            {
                LoadFrames(start, first, frames - 1);
                LogEnergies(_transform.PowerSpectrum());
                var count = Math.Min(Lanes, frames - first);
                if (_cepstrum is null)
                    Store(_energies.Start, width, output + ((long)first * width), count);
                else
                    Store(Cepstra(), width, output + ((long)first * width), count);
            }
        }
    }

    /// <summary>Eight windows, the mean removed, pre-emphasised and weighted, as the input of the transform.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadFrames(float* waveform, int first, int last)
    {
        var samples = _samples.Start;
        var rows = stackalloc float*[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
            rows[lane] = waveform + ((long)Math.Min(first + lane, last) * AcousticSettings.HopSamples);
        var sum = LaneTranspose.Rows(rows, Window, samples);
        var mean = sum * Vector256.Create(1f / Window);
        var scale = Vector256.Create(_settings.WaveformScale);
        var emphasis = Vector256.Create(AcousticSettings.Preemphasis);
        var input = _transform.Input;
        var previous = (samples[0] - mean) * scale;
        fixed (float* window = _window)
        {
            for (var i = 0; i < Window; i += 2)
            {
                var even = (samples[i] - mean) * scale;
                var odd = (samples[i + 1] - mean) * scale;
                input[i / 2] = (even - (emphasis * previous)) * Vector256.Create(window[i]);
                input[(i / 2) + (AcousticSettings.TransformPoints / 2)] = (odd - (emphasis * even)) * Vector256.Create(window[i + 1]);
                previous = odd;
            }
        }
        for (var i = Window / 2; i < AcousticSettings.TransformPoints / 2; i++)
            input[i] = input[i + (AcousticSettings.TransformPoints / 2)] = Vector256<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LogEnergies(Vector256<float>* power)
    {
        var energies = _energies.Start;
        for (var filter = 0; filter < _filters.Count; filter++)
        {
            var weights = _filters.Weights[filter];
            var bins = power + _filters.FirstBin[filter];
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector256<float>* Cepstra()
    {
        var energies = _energies.Start;
        var cepstra = _samples.Start; // the samples are no longer needed
        var filters = _filters.Count;
        fixed (float* matrix = _cepstrum)
        {
            for (var c = 0; c < Statics; c++)
            {
                var sum = Vector256<float>.Zero;
                for (var m = 0; m < filters; m++)
                    sum = Vector256.FusedMultiplyAdd(energies[m], Vector256.Create(matrix[(c * filters) + m]), sum);
                cepstra[c] = sum;
            }
        }
        return cepstra;
    }

    /// <summary>Writes vector c's lane l to row l, column c.</summary>
    private static void Store(Vector256<float>* columns, int width, float* rows, int count)
    {
        for (var lane = 0; lane < count; lane++)
        {
            for (var column = 0; column < width; column++)
                rows[(lane * width) + column] = ((float*)(columns + column))[lane];
        }
    }

    /// <summary>The Hann window to the power of 0.85, symmetric.</summary>
    private static float[] PoveyWindow() =>
        [.. Enumerable.Range(0, Window).Select(i => (float)Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (Window - 1))), 0.85))];

    /// <summary>The orthonormal DCT-II with the lifter multiplied in, [coefficients, filters].</summary>
    private static float[] CepstralMatrix(int coefficients, int filters, double lifter)
    {
        var matrix = new float[coefficients * filters];
        for (var c = 0; c < coefficients; c++)
        {
            var scale = Math.Sqrt((c == 0 ? 1.0 : 2.0) / filters) * (lifter == 0 ? 1 : 1 + (0.5 * lifter * Math.Sin(Math.PI * c / lifter)));
            for (var m = 0; m < filters; m++)
                matrix[(c * filters) + m] = (float)(scale * Math.Cos(Math.PI / filters * (m + 0.5) * c));
        }
        return matrix;
    }
}
