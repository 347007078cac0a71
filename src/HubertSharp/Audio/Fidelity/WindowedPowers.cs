namespace HubertSharp.Audio.Fidelity;

/// <summary>The power spectra of a signal's frames, one at a time. Not thread-safe.</summary>
internal sealed class WindowedPowers
{
    private readonly double[] _samples, _window, _frame, _powers;
    private readonly RealTransform _transform;
    private readonly int _hop;

    /// <param name="samples">Whatever padding is wanted is in them already.</param>
    /// <param name="window">Its length is that of a frame.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <param name="points">Of the transform; the window's length at least.</param>
    public WindowedPowers(double[] samples, double[] window, int hop, int points)
    {
        (_samples, _window, _hop, _transform) = (samples, window, hop, new RealTransform(points));
        (_frame, _powers) = (new double[window.Length], new double[_transform.Bins]);
        Frames = samples.Length < window.Length ? 0 : ((samples.Length - window.Length) / hop) + 1;
    }

    /// <summary>Frames that are wholly inside.</summary>
    public int Frames { get; }

    public int Bins => _transform.Bins;

    /// <summary>The powers of a frame, valid until the next one is asked for.</summary>
    public ReadOnlySpan<double> this[int frame]
    {
        get
        {
            var start = frame * _hop;
            for (var i = 0; i < _frame.Length; i++)
                _frame[i] = _samples[start + i] * _window[i];
            _transform.Powers(_frame, _powers);
            return _powers;
        }
    }

    /// <summary>A Hann window as spectra take it: a period of it, without the zero that would begin the next one.</summary>
    public static double[] PeriodicHann(int length) =>
        [.. Enumerable.Range(0, length).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / length)))];

    /// <summary>A Hann window without the zeros at both ends.</summary>
    public static double[] InnerHann(int length) =>
        [.. Enumerable.Range(1, length).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (length + 1))))];

    /// <summary>Samples mirrored at both ends, again and again where there are few of them, and zeros behind them.</summary>
    public static double[] Reflected(double[] samples, int side, int zeros = 0)
    {
        var padded = new double[samples.Length + (2 * side) + zeros];
        var period = Math.Max(1, 2 * (samples.Length - 1));
        for (var i = 0; samples.Length > 0 && i < padded.Length - zeros; i++)
        {
            var at = (((i - side) % period) + period) % period;
            padded[i] = samples[Math.Min(at, period - at) % samples.Length];
        }
        return padded;
    }
}
