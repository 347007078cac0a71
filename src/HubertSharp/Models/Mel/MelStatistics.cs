using HubertSharp.Audio.Spectra;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Models.Mel;

/// <summary>
/// Mean and deviation of each log-mel energy over a corpus (global CMVN, as Fast-HuBERT and MelHuBERT): a run measures them before its
/// first update, checkpoints hold them.
/// </summary>
internal sealed unsafe class MelStatistics : IDisposable
{
    /// <summary>Of speech at a usual level: what a model has before anything was measured.</summary>
    public const double UsualMean = 15, UsualDeviation = 5;

    /// <summary>Energies that hardly move are not blown up: filters without a bin, or a corpus of silence.</summary>
    private const double LeastDeviation = 0.1;

    private readonly int _bins;
    private readonly MelWindows _windows;
    private readonly double[] _sums, _squares;

    public MelStatistics(ModelConfig config)
    {
        _bins = MelShape.OfMel(config).Bins;
        _windows = new MelWindows(_bins);
        (_sums, _squares) = (new double[_bins], new double[_bins]);
    }

    /// <summary>Windows that were added.</summary>
    public long Count { get; private set; }

    /// <summary>[F].</summary>
    public float[] Mean => [.. _sums.Select(sum => (float)(Count == 0 ? UsualMean : sum / Count))];

    /// <summary>[F].</summary>
    public float[] Deviation => [.. _sums.Zip(_squares, (sum, square) => (float)(Count == 0
        ? UsualDeviation
        : Math.Max(LeastDeviation, Math.Sqrt(Math.Max(0, (square / Count) - Math.Pow(sum / Count, 2))))))];

    /// <summary>Adds the windows of a batch that are audio.</summary>
    public void Add(HubertBatch batch)
    {
        var perRow = (int)LogMelTransform.FramesOf(batch.SamplesPerRow);
        var energies = new float[batch.Rows * perRow * _bins];
        fixed (float* target = energies)
        {
            _windows.Compute(batch.Source, batch.LengthsSamples, new MelWindows.Layout(perRow, 0, perRow), new float[_bins],
                [.. Enumerable.Repeat(1f, _bins)], target);
        }
        for (var row = 0; row < batch.Rows; row++)
        {
            var windows = (int)LogMelTransform.FramesOf(batch.LengthsSamples[row]);
            for (var i = row * perRow * _bins; i < ((row * perRow) + windows) * _bins; i++)
            {
                _sums[i % _bins] += energies[i];
                _squares[i % _bins] += (double)energies[i] * energies[i];
            }
            Count += windows;
        }
    }

    public void Dispose() => _windows.Dispose();
}
