using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// Minimal-pair ABX (Schatz et al. 2013) as libri-light computes it: how often X, another token of A's phone in the same context, is nearer
/// to B.
/// </summary>
public static class AbxRun
{
    /// <summary>Scores one set of features, or two over the same items.</summary>
    /// <param name="options">What to score.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two pieces of work.</param>
    /// <exception cref="UserException">Bad items or features, or no cell to compute.</exception>
    public static AbxReport Run(
        AbxRunOptions options, Func<string, IProgress<StageProgress>>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var items = ItemFile.Read(options.ItemsPath);
        var measured = new List<AbxMeasurement>();
        foreach (var features in new[] { options.Features, options.Against }.OfType<AbxFeatures>())
        {
            using IFrameSource source = options.ManifestPath is { } manifest
                ? new FrameDump(features.Path, manifest)
                : new FrameFolder(features.Path);
            measured.Add(AbxMeasurement.Of(items, options.ItemsPath, source, features.Rate, options.Abx, needsAll: true, progress,
                cancellation));
        }
        return new AbxReport(options.Abx, [.. measured.Select(m => m.Report(options.Abx.Seed))],
            measured is [var first, var second]
                ? Differences(first, second, options.Abx.Seed)
                : new Dictionary<string, PairedDifference>());
    }

    private static Dictionary<string, PairedDifference> Differences(AbxMeasurement first, AbxMeasurement second, long seed) =>
        first.Scores.Join(second.Scores, s => s.Mode, s => s.Mode, (a, b) => (a.Mode, Difference: a.Figure.Less(b.Figure, seed)))
            .ToDictionary(d => d.Mode, d => d.Difference);

    private static void Check(AbxRunOptions options)
    {
        foreach (var features in new[] { options.Features, options.Against }.OfType<AbxFeatures>())
        {
            if (features.Rate is { } rate && !(rate > 0 && rate <= SamplingRate.Hz))
                throw AbxFaults.OutOfRange("--feature-rate", "frames per second, above 0", rate);
        }
        if (options.Abx.MaxSizeGroup is < 0 or 1)
            throw AbxFaults.OutOfRange("--max-size-group", "2 or more, or 0 for all", options.Abx.MaxSizeGroup);
        if (options.Abx.MaxXAcross < 0)
            throw AbxFaults.OutOfRange("--max-x-across", "1 or more, or 0 for all", options.Abx.MaxXAcross);
    }
}
