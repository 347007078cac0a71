namespace HubertSharp.Audio.Fidelity;

/// <summary>Log mel energies of a recording, for a picture.</summary>
/// <param name="Columns">Over time.</param>
/// <param name="Rows">Over frequency, the lowest first.</param>
/// <param name="Decibels">[columns, rows], of magnitudes.</param>
internal sealed record SpectrogramLevels(int Columns, int Rows, float[] Decibels)
{
    private const int Points = 1024, Filters = 96, MostColumns = 720, LeastHop = 80;
    private const double Floor = 1e-5;

    /// <param name="samples">Of any length.</param>
    /// <param name="sampleRate">In Hz.</param>
    public static SpectrogramLevels Of(float[] samples, int sampleRate)
    {
        var hop = Math.Max(LeastHop, (samples.Length + MostColumns - 1) / MostColumns);
        var padded = WindowedPowers.Reflected(Array.ConvertAll(samples, sample => (double)sample), Points / 2);
        var energies = new MelEnergies(new WindowedPowers(padded, WindowedPowers.PeriodicHann(Points), hop, Points),
            MelTriangles.Of(Filters, (Points / 2) + 1, sampleRate, 0, sampleRate / 2.0, dividesByWidth: false), Math.Sqrt);
        var decibels = new float[energies.Frames * Filters];
        for (var column = 0; column < energies.Frames; column++)
        {
            var energiesOfColumn = energies[column];
            for (var row = 0; row < Filters; row++)
                decibels[(column * Filters) + row] = (float)(20 * Math.Log10(Math.Max(Floor, energiesOfColumn[row])));
        }
        return new SpectrogramLevels(energies.Frames, Filters, decibels);
    }
}
