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
    private const int Lanes = LogMelTransform.Lanes;

    private readonly AcousticSettings _settings;
    private readonly LogMelTransform _mel;
    private readonly float[]? _cepstrum; // [coefficients, filters]
    private readonly LaneBuffer _cepstra;
    private float[] _statics = [];
    private float[] _deltas = [];

    public AcousticExtractor(AcousticSettings settings)
    {
        _settings = settings;
        _mel = new LogMelTransform(settings.MelBins, settings.WaveformScale);
        _cepstra = new LaneBuffer(settings.Coefficients ?? 0);
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
        _mel.Dispose();
        _cepstra.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeStatics(ReadOnlySpan<float> waveform, int frames, Span<float> destination)
    {
        var width = Statics;
        fixed (float* start = waveform, output = destination)
        {
            for (var first = 0; first < frames; first += Lanes)
            {
                var energies = _mel.Energies(start, first, frames - 1);
                Store(_cepstrum is null ? energies : Cepstra(energies), width, output + ((long)first * width),
                    Math.Min(Lanes, frames - first));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector256<float>* Cepstra(Vector256<float>* energies)
    {
        var cepstra = _cepstra.Start;
        var filters = _settings.MelBins;
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
