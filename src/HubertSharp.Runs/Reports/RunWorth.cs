using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// What the checkpoints of a run are worth, beside acoustic features that were measured alike: <see cref="RunFolder.WorthName"/> in its run folder.
/// </summary>
/// <param name="Split">The split that is scored.</param>
/// <param name="ChoiceSplit">The split that the layer of each checkpoint is chosen on; null where none is.</param>
/// <param name="Clusters">Clusters of every row.</param>
/// <param name="Rows">Acoustic features first, then the layers of each checkpoint by ascending update.</param>
public sealed record RunWorth(string Split, string? ChoiceSplit, int Clusters, IReadOnlyList<WorthRow> Rows)
{
    /// <summary>The figures of a language's best checkpoints: the chosen layer of each, else the one of the highest PNMI.</summary>
    /// <param name="language">The language, or null for all.</param>
    public IReadOnlyList<WorthRow> Curve(string? language) =>
    [
        .. Rows.Where(row => row.Update is not null && row.Language == language).GroupBy(row => row.Update!.Value).OrderBy(g => g.Key)
            .Select(layers => layers.FirstOrDefault(row => row.IsChosen) ?? layers.MaxBy(row => row.Pnmi?.Value ?? double.MinValue)!),
    ];

    /// <summary>The acoustic features over the same frames as a curve's; null where there are none.</summary>
    public WorthRow? Rival(IReadOnlyList<WorthRow> curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return curve is [.., var last]
            ? Rows.FirstOrDefault(row => row.Update is null && row.Language == last.Language && row.LabelRate == last.LabelRate)
            : null;
    }

    /// <summary>Spearman's rank correlation of masked loss and PNMI along a curve: −1 where every lower loss is worth more.</summary>
    /// <returns>Null with fewer than three checkpoints, or where one of both never changes.</returns>
    public static double? LossAgreement(IReadOnlyList<WorthRow> curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var points = curve.Where(row => row.LossBits is not null && row.Pnmi is not null).ToList();
        if (points.Count < 3)
            return null;
        var (x, y) = (Ranks([.. points.Select(p => p.LossBits!.Value)]), Ranks([.. points.Select(p => p.Pnmi!.Value)]));
        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, yy) = (x.Sum(v => (v - meanX) * (v - meanX)), y.Sum(v => (v - meanY) * (v - meanY)));
        return xx == 0 || yy == 0 ? null : x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / Math.Sqrt(xx * yy);
    }

    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public void Write(string path) => ReportJson.Write(path, this);

    /// <exception cref="UserException">Missing, above 64 MiB, or not what <see cref="Write"/> wrote.</exception>
    public static RunWorth Read(string path) => ReportJson.Read<RunWorth>(path);

    // equal values share the mean of their ranks
    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(other => other < v) + ((values.Count(other => other == v) + 1) / 2.0))];
}

/// <summary>One layer of one checkpoint, or acoustic features, in one language.</summary>
/// <param name="Features">For tables: <c>mfcc</c>, <c>mfcc at 50 Hz</c>, <c>layer 3</c>.</param>
/// <param name="Update">Updates of the checkpoint; null for acoustic features.</param>
/// <param name="Layer">Its layer, from 1.</param>
/// <param name="Language">The language, or null for all.</param>
/// <param name="LabelRate">Frames per second.</param>
public sealed record WorthRow(string Features, long? Update, int? Layer, string? Language, double LabelRate)
{
    /// <summary>PNMI of k-means clusters; null where the reference has one class alone.</summary>
    public Estimate? Pnmi { get; init; }

    /// <summary>ABX error within speakers.</summary>
    public Estimate? AbxWithin { get; init; }

    /// <summary>ABX error across speakers.</summary>
    public Estimate? AbxAcross { get; init; }

    /// <summary>The layer that is best where layers are chosen.</summary>
    public bool IsChosen { get; init; }

    /// <summary>Masked loss in training around that update, in bits per masked frame.</summary>
    public double? LossBits { get; init; }

    /// <summary>Hours of audio that the model had heard by then, repetitions counted.</summary>
    public double? AudioHours { get; init; }

    /// <summary>Minutes of training by then.</summary>
    public double? Minutes { get; init; }

    /// <summary>Its figures less those of the acoustic features.</summary>
    public IReadOnlyList<WorthDifference> Differences { get; init; } = [];
}

/// <summary>A figure less that of acoustic features over the same utterances.</summary>
/// <param name="Figure">Which figure.</param>
/// <param name="Than">The <see cref="WorthRow.Features"/> of the other.</param>
/// <param name="Paired">The difference with its intervals.</param>
public sealed record WorthDifference(Figure Figure, string Than, PairedDifference Paired);
