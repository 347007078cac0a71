using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// What the checkpoints of a run are worth, beside acoustic features that were measured alike: <see cref="RunFolder.WorthName"/> in its run
/// folder.
/// </summary>
/// <param name="Split">The split that is scored; empty where no reference was given.</param>
/// <param name="ChoiceSplit">The split that the layer of each checkpoint is chosen on; null where none is.</param>
/// <param name="Clusters">Clusters of every row.</param>
/// <param name="Rows">Acoustic features first, then the layers of each checkpoint by ascending update.</param>
public sealed record RunWorth(string Split, string? ChoiceSplit, int Clusters, IReadOnlyList<WorthRow> Rows)
{
    /// <summary>Short fine-tunings of the checkpoints by ascending update; none where no transcripts were given.</summary>
    public IReadOnlyList<WorthFinetuning> Finetunings { get; init; } = [];

    /// <summary>Whether loss and worth agree, measure by measure.</summary>
    public IReadOnlyList<WorthAgreement> Agreements => WorthAgreement.Of(this);

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

    /// <summary>The probe on acoustic features, which looks at segments, so that any rate of frames compares; null without one.</summary>
    public Estimate? ProbeRival(string? language) =>
        Rows.FirstOrDefault(row => row.Update is null && row.Language == language && row.Probe is not null)?.Probe;

    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public void Write(string path) => ReportJson.Write(path, this);

    /// <exception cref="UserException">Missing, above 64 MiB, or not what <see cref="Write"/> wrote.</exception>
    public static RunWorth Read(string path) => ReportJson.Read<RunWorth>(path);
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

    /// <summary>Accuracy of the linear probe on held-out recordings; of the layer that the curve shows, where it was asked for.</summary>
    public Estimate? Probe { get; init; }

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
