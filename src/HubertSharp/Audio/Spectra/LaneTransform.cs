using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Audio.Spectra;

/// <summary>
/// The power spectra of eight real signals of 512 samples at once, one per SIMD lane: plain scalar code of a Fourier transform in which
/// every number is a vector, so that nothing is ever shuffled.
/// </summary>
/// <remarks>
/// The 512 real samples are 256 complex ones; four passes of radix 4 (Stockham's order, no bit reversal) and the usual split of
/// even and odd samples give the spectrum. Twiddle factors are computed in double precision.
/// </remarks>
internal sealed unsafe class LaneTransform : IDisposable
{
    public const int Lanes = 8;

    /// <summary>Samples of a signal.</summary>
    public const int Points = 512;

    private const int Half = Points / 2;

    private readonly LaneBuffer _ping = new(2 * Half);
    private readonly LaneBuffer _pong = new(2 * Half);
    private readonly float[] _twiddles = Twiddles(); // of W_256: re, im, for k = 0..255
    private readonly float[] _split = Split(); // of W_512: re, im, for k = 0..128

    /// <summary>Where the samples go: sample 2n at [n], sample 2n+1 at [256 + n].</summary>
    public Vector256<float>* Input => _ping.Start;

    /// <summary>Replaces the input by its power spectrum and returns it: bins 0 to 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector256<float>* PowerSpectrum()
    {
        Vector256<float>* source = _ping.Start, target = _pong.Start;
        for (int length = Half, stride = 1; length > 1; length /= 4, stride *= 4)
        {
            Pass(source, target, length, stride);
            var filled = target;
            target = source;
            source = filled;
        }
        Power(source, target);
        return target;
    }

    public void Dispose()
    {
        _ping.Dispose();
        _pong.Dispose();
    }

    /// <summary>One pass: sub-transforms of <paramref name="length"/> points become four of a quarter of that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pass(Vector256<float>* source, Vector256<float>* target, int length, int stride)
    {
        var quarter = length / 4;
        fixed (float* twiddles = _twiddles)
        {
            for (var p = 0; p < quarter; p++)
            {
                float* w1 = twiddles + (2 * p * stride), w2 = twiddles + (4 * p * stride), w3 = twiddles + (6 * p * stride);
                Vector256<float> w1r = Vector256.Create(w1[0]), w1i = Vector256.Create(w1[1]);
                Vector256<float> w2r = Vector256.Create(w2[0]), w2i = Vector256.Create(w2[1]);
                Vector256<float> w3r = Vector256.Create(w3[0]), w3i = Vector256.Create(w3[1]);
                var from = source + (stride * p);
                var to = target + (stride * 4 * p);
                for (var q = 0; q < stride; q++)
                {
                    var a = from + q;
                    var b = a + (stride * quarter);
                    var c = b + (stride * quarter);
                    var d = c + (stride * quarter);
                    Vector256<float> acr = a[0] + c[0], aci = a[Half] + c[Half], anr = a[0] - c[0], ani = a[Half] - c[Half];
                    Vector256<float> bdr = b[0] + d[0], bdi = b[Half] + d[Half], bnr = b[0] - d[0], bni = b[Half] - d[Half];
                    var y = to + q;
                    y[0] = acr + bdr;
                    y[Half] = aci + bdi;
                    Rotate(y + stride, anr + bni, ani - bnr, w1r, w1i); // (a - c) - i(b - d)
                    Rotate(y + (2 * stride), acr - bdr, aci - bdi, w2r, w2i);
                    Rotate(y + (3 * stride), anr - bni, ani + bnr, w3r, w3i);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate(Vector256<float>* y, Vector256<float> re, Vector256<float> im, Vector256<float> wr, Vector256<float> wi)
    {
        y[0] = Vector256.FusedMultiplyAdd(re, wr, -(im * wi));
        y[Half] = Vector256.FusedMultiplyAdd(re, wi, im * wr);
    }

    /// <summary>X[k] = E + W^k·O and X[256 − k] = conj(E − W^k·O), with E and O from Z[k] and conj Z[256 − k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Power(Vector256<float>* z, Vector256<float>* power)
    {
        var half = Vector256.Create(0.5f);
        var dc = z[0] + z[Half];
        power[0] = dc * dc;
        fixed (float* split = _split)
        {
            for (var k = 1; k <= Half / 2; k++)
            {
                Vector256<float> zr = z[k], zi = z[Half + k], cr = z[Half - k], ci = z[Half + Half - k];
                Vector256<float> er = (zr + cr) * half, ei = (zi - ci) * half;
                Vector256<float> or = (zi + ci) * half, oi = (cr - zr) * half;
                Vector256<float> wr = Vector256.Create(split[2 * k]), wi = Vector256.Create(split[(2 * k) + 1]);
                var tr = Vector256.FusedMultiplyAdd(or, wr, -(oi * wi));
                var ti = Vector256.FusedMultiplyAdd(or, wi, oi * wr);
                Vector256<float> pr = er + tr, pi = ei + ti, mr = er - tr, mi = ei - ti;
                power[k] = Vector256.FusedMultiplyAdd(pr, pr, pi * pi);
                power[Half - k] = Vector256.FusedMultiplyAdd(mr, mr, mi * mi);
            }
        }
    }

    private static float[] Twiddles() => Circle(Half, Half);

    private static float[] Split() => Circle(Points, (Half / 2) + 1);

    private static float[] Circle(int points, int count)
    {
        var factors = new float[2 * count];
        for (var k = 0; k < count; k++)
        {
            var (sine, cosine) = Math.SinCos(-2 * Math.PI * k / points);
            (factors[2 * k], factors[(2 * k) + 1]) = ((float)cosine, (float)sine);
        }
        return factors;
    }
}
