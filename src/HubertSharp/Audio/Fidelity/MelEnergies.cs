namespace HubertSharp.Audio.Fidelity;

/// <summary>Mel energies of a signal's frames, one at a time. Not thread-safe. M filters.</summary>
internal sealed class MelEnergies
{
    private readonly WindowedPowers _spectra;
    private readonly double[] _filters, _values; // [M, bins], [M]
    private readonly (int First, int End)[] _reach; // of each filter
    private readonly Func<double, double> _ofPower;

    /// <param name="spectra">Powers.</param>
    /// <param name="filters">[M, bins], of <see cref="MelTriangles"/>.</param>
    /// <param name="ofPower">What of a power is summed.</param>
    public MelEnergies(WindowedPowers spectra, double[] filters, Func<double, double> ofPower)
    {
        (_spectra, _filters, _ofPower) = (spectra, filters, ofPower);
        _values = new double[filters.Length / spectra.Bins];
        _reach = [.. Enumerable.Range(0, _values.Length).Select(filter =>
        {
            var row = filters.AsSpan(filter * spectra.Bins, spectra.Bins);
            return row.IndexOfAnyExcept(0.0) is >= 0 and var first ? (first, row.LastIndexOfAnyExcept(0.0) + 1) : (0, 0);
        })];
    }

    public int Frames => _spectra.Frames;

    /// <summary>The energies of a frame, valid until the next one is asked for.</summary>
    public ReadOnlySpan<double> this[int frame]
    {
        get
        {
            var powers = _spectra[frame];
            for (var filter = 0; filter < _values.Length; filter++)
            {
                var sum = 0.0;
                for (var bin = _reach[filter].First; bin < _reach[filter].End; bin++)
                    sum += _filters[(filter * powers.Length) + bin] * _ofPower(powers[bin]);
                _values[filter] = sum;
            }
            return _values;
        }
    }
}
