namespace HubertSharp.Runs.Reports.Ranking;

/// <summary>
/// Whether the loss of a run's checkpoints and a measure of their worth put them in the same order: Spearman's rank correlation of falling
/// loss and rising worth.
/// </summary>
/// <param name="Figure">The measure.</param>
/// <param name="Language">The language, or null for all.</param>
/// <param name="Checkpoints">Trained checkpoints that have both.</param>
/// <param name="Correlation">
/// 1 where every lower loss is worth more, −1 where every lower loss is worth less; null with fewer than <see cref="Least"/> checkpoints,
/// or where one of both never changes.
/// </param>
/// <param name="BestByLoss">Update of the checkpoint with the lowest loss.</param>
/// <param name="BestByFigure">Update of the one that is worth most.</param>
public sealed record WorthAgreement(
    Figure Figure, string? Language, int Checkpoints, double? Correlation, long BestByLoss, long BestByFigure)
{
    /// <summary>Fewer checkpoints than these say nothing: three fall into order by chance every third time.</summary>
    public const int Least = 4;

    private static readonly (Figure Figure, Func<WorthRow, Estimate?> Value)[] s_ofLayers =
    [
        (Figure.Pnmi, row => row.Pnmi), (Figure.AbxAcross, row => row.AbxAcross), (Figure.AbxWithin, row => row.AbxWithin),
        (Figure.Probe, row => row.Probe),
    ];

    /// <summary>Every measure of a run, language by language, then the errors after fine-tuning.</summary>
    public static IReadOnlyList<WorthAgreement> Of(RunWorth worth)
    {
        ArgumentNullException.ThrowIfNull(worth);
        return
        [
            .. from language in worth.Rows.Select(row => row.Language).Distinct()
               let curve = worth.Curve(language)
               from figure in s_ofLayers
               let agreement = Of(figure.Figure, language, curve.Where(row => row.Update > 0)
                   .Select(row => (row.Update!.Value, row.LossBits, figure.Value(row)?.Value)))
               where agreement is not null
               select agreement,
            .. Of(Figure.SymbolErrors, null, worth.Finetunings.Where(tuning => tuning.Update > 0)
                .Select(tuning => (tuning.Update, tuning.LossBits,
                    tuning.Errors is [var all, ..] ? all.Symbols.Value : (double?)null))) is { } errors
                ? [errors]
                : (WorthAgreement[])[],
        ];
    }

    private static WorthAgreement? Of(Figure figure, string? language, IEnumerable<(long Update, double? Loss, double? Worth)> checkpoints)
    {
        var points = checkpoints.Where(point => point is { Loss: not null, Worth: not null })
            .Select(point => (point.Update, Loss: -point.Loss!.Value, Worth: Sign(figure) * point.Worth!.Value)).ToList();
        return points.Count == 0 ? null : new WorthAgreement(figure, language, points.Count,
            points.Count < Least ? null : Spearman([.. points.Select(p => p.Loss)], [.. points.Select(p => p.Worth)]),
            points.MaxBy(p => p.Loss).Update, points.MaxBy(p => p.Worth).Update);
    }

    private static int Sign(Figure figure) => figure is Figure.AbxAcross or Figure.AbxWithin or Figure.SymbolErrors ? -1 : 1;

    private static double? Spearman(double[] first, double[] second)
    {
        var (x, y) = (Ranks(first), Ranks(second));
        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, yy) = (x.Sum(v => (v - meanX) * (v - meanX)), y.Sum(v => (v - meanY) * (v - meanY)));
        return xx == 0 || yy == 0 ? null : x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / Math.Sqrt(xx * yy);
    }

    // equal values share the mean of their ranks
    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(other => other < v) + ((values.Count(other => other == v) + 1) / 2.0))];
}
