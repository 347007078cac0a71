using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs;
using HubertSharp.Tensors;

namespace HubertSharp.Probing;

/// <summary>
/// MFCCs or log filter energies with their deltas, standardised by mean and deviation of the training split. s3prl takes those of each
/// utterance, which leaves a pooled utterance a mean of 0: SUPERB's fbank knows no keyword and no speaker.
/// </summary>
/// <param name="settings">Which.</param>
internal sealed class AcousticStates(AcousticSettings settings) : IHiddenStates
{
    private readonly ThreadLocal<AcousticExtractor> _extractor = new(() => new AcousticExtractor(settings), trackAllValues: true);
    private float[]? _mean, _scale;

    public static AcousticStates Mfcc => new(AcousticSettings.Mfcc);

    public static AcousticStates Fbank => new(AcousticSettings.Fbank with { Deltas = true });

    public string Name => settings.Description.Kind;

    public string Kind => Name;

    public string Identity => $"{Name}, {Dimensions} dimensions";

    public IReadOnlyList<int> Layers { get; } = [0];

    public int Dimensions => settings.Dimensions;

    public double FrameRate => settings.Description.FrameRate;

    public int Frames(long samples) => checked((int)AcousticSettings.FramesOf(samples));

    /// <summary>Takes mean and deviation of some utterances; sums are taken in their order, whichever thread computes them.</summary>
    /// <param name="utterances">How many.</param>
    /// <param name="read">Gives the samples of one.</param>
    /// <param name="progress">Told of them.</param>
    /// <param name="cancellation">Ends between two of them.</param>
    public void Fit(int utterances, Func<int, float[]> read, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        (_mean, _scale) = (null, null);
        var sums = new (double[] Sum, double[] Squares, int Frames)[utterances];
        new UtteranceWork(0, utterances, progress).Run(threads: 0, TorchRuntime.SingleThreaded, (_, i) =>
        {
            var frames = Compute(read(i))[0];
            var (sum, squares) = (new double[Dimensions], new double[Dimensions]);
            for (var at = 0; at < frames.Length; at++)
            {
                sum[at % Dimensions] += frames[at];
                squares[at % Dimensions] += (double)frames[at] * frames[at];
            }
            sums[i] = (sum, squares, frames.Length / Dimensions);
        }, cancellation);
        var count = (double)sums.Sum(s => s.Frames);
        double[] Mean(Func<(double[] Sum, double[] Squares, int Frames), double[]> of) =>
            [.. Enumerable.Range(0, Dimensions).Select(d => sums.Sum(s => of(s)[d]) / count)];
        var (mean, power) = (Mean(s => s.Sum), Mean(s => s.Squares));
        _scale = [.. mean.Zip(power, (m, p) => (float)(1 / Math.Sqrt(Math.Max(p - (m * m), 1e-8))))];
        _mean = [.. mean.Select(m => (float)m)];
    }

    public IReadOnlyList<float[]> Compute(float[] samples)
    {
        var frames = _extractor.Value!.Compute(samples);
        for (var i = 0; _mean is not null && i < frames.Length; i++)
            frames[i] = (frames[i] - _mean[i % Dimensions]) * _scale![i % Dimensions];
        return [frames];
    }

    public void Dispose()
    {
        foreach (var extractor in _extractor.Values)
            extractor.Dispose();
        _extractor.Dispose();
    }
}
