using System.Numerics;

namespace HubertSharp.Audio.Fidelity;

/// <summary>
/// The discrete Fourier transform of real frames, in double precision: what is compared in logarithms must not end at rounding. Not
/// thread-safe. N points, a power of two.
/// </summary>
internal sealed class RealTransform
{
    private readonly int _half; // N / 2 complex numbers hold a frame
    private readonly Complex[] _turns, _values;
    private readonly int[] _reversed;

    /// <param name="points">N, at least 4.</param>
    public RealTransform(int points)
    {
        if (points < 4 || !BitOperations.IsPow2(points))
            throw new ArgumentOutOfRangeException(nameof(points), points, "a power of two, at least 4");
        _half = points / 2;
        (_values, _reversed) = (new Complex[_half], new int[_half]);
        _turns = [.. Enumerable.Range(0, _half).Select(i => Complex.FromPolarCoordinates(1, -2 * Math.PI * i / points))];
        for (var i = 1; i < _half; i++)
            _reversed[i] = (_reversed[i / 2] / 2) + (i % 2 * _half / 2);
    }

    /// <summary>Frequencies from 0 to half the rate.</summary>
    public int Bins => _half + 1;

    /// <summary>The powers |X|² of a frame; what it lacks of N samples is zeros.</summary>
    /// <param name="frame">N samples at most.</param>
    /// <param name="powers">[N / 2 + 1].</param>
    public void Powers(ReadOnlySpan<double> frame, Span<double> powers)
    {
        for (var i = 0; i < _half; i++)
        {
            var at = 2 * i;
            _values[_reversed[i]] = new Complex(at < frame.Length ? frame[at] : 0, at + 1 < frame.Length ? frame[at + 1] : 0);
        }
        Transform();
        for (var bin = 0; bin <= _half; bin++)
        {
            var (value, mirrored) = (_values[bin % _half], Complex.Conjugate(_values[(_half - bin) % _half]));
            var even = (value + mirrored) / 2;
            var odd = (value - mirrored) / 2;
            // of even and odd samples: X = E + W O, where O carries a factor of i
            var turned = bin == _half ? -Complex.One : _turns[bin];
            var sum = even + (turned * new Complex(odd.Imaginary, -odd.Real));
            powers[bin] = (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
        }
    }

    private void Transform()
    {
        for (var size = 2; size <= _half; size *= 2)
        {
            var step = 2 * _half / size;
            for (var start = 0; start < _half; start += size)
            {
                for (var i = 0; i < size / 2; i++)
                {
                    var (low, high) = (_values[start + i], _values[start + i + (size / 2)] * _turns[i * step]);
                    (_values[start + i], _values[start + i + (size / 2)]) = (low + high, low - high);
                }
            }
        }
    }
}
