using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;

namespace HubertSharp.Tests.Reports.Ranking;

/// <summary>Whether loss and worth put checkpoints in the same order, and the words for it.</summary>
public class WorthAgreementTests
{
    [Theory]
    [InlineData("5 4 3 2", "0.1 0.2 0.3 0.4", 1.0, 40, 40)]
    [InlineData("5 4 3 2", "0.4 0.3 0.2 0.1", -1.0, 40, 10)]
    [InlineData("5 4 3 2", "0.1 0.4 0.2 0.3", 0.4, 40, 20)]
    [InlineData("5 4 4 2", "0.1 0.2 0.2 0.3", 1.0, 40, 40)]
    [InlineData("5 2 4 6 7", "0.1 0.4 0.2 0.05 0.01", 1.0, 20, 20)]
    [InlineData("5 5 5 5", "0.1 0.4 0.2 0.3", null, 10, 20)]
    [InlineData("5 4 3", "0.1 0.2 0.3", null, 30, 30)] // three fall into order by chance
    public void Ranks_tell_whether_loss_and_worth_agree(string losses, string worths, double? expected, long byLoss, long byWorth)
    {
        var points = losses.Split(' ')
            .Zip(worths.Split(' '), (loss, worth) => (Loss: double.Parse(loss), Worth: double.Parse(worth))).ToList();
        var worth = Worth(
            [.. points.Select((p, i) => Row(10 * (i + 1), p.Loss) with { Pnmi = new(p.Worth, []), AbxAcross = new(p.Worth, []) })]);
        var (pnmi, abx) = (worth.Agreements.Single(a => a.Figure == Figure.Pnmi),
            worth.Agreements.Single(a => a.Figure == Figure.AbxAcross));
        Assert.Equal(expected, pnmi.Correlation is { } value ? Math.Round(value, 9) : null);
        Assert.Equal((points.Count, byLoss, byWorth), (pnmi.Checkpoints, pnmi.BestByLoss, pnmi.BestByFigure));
        Assert.Equal(-expected, abx.Correlation is { } error ? Math.Round(error, 9) : null); // of errors less is more
    }

    [Fact]
    public void Random_weights_and_acoustic_features_have_no_loss_and_do_not_count()
    {
        var worth = Worth(
        [
            new("mfcc", null, null, "zh", 50) { Pnmi = new(0.9, []) }, Row(0, null) with { Pnmi = new(0.8, []) },
            Row(10, 3) with { Pnmi = new(0.1, []) }, Row(20, 2),
        ]);
        Assert.Equal([new WorthAgreement(Figure.Pnmi, "zh", 1, null, 10, 10)], worth.Agreements);
        Assert.Empty(Worth([]).Agreements);
    }

    [Fact]
    public void Errors_after_fine_tuning_are_a_measure_of_their_own()
    {
        var worth = Worth([]) with
        {
            Finetunings = [.. new[] { (0L, (double?)null, 0.9), (1, 5, 0.5), (2, 4, 0.6), (3, 3, 0.3), (4, 2, 0.2) }
                .Select(t => new WorthFinetuning(t.Item1, 100, "test", [new(null, 9, new(t.Item3, []), null)]) { LossBits = t.Item2 })],
        };
        var agreement = Assert.Single(worth.Agreements);
        Assert.Equal((Figure.SymbolErrors, 4, 0.8), (agreement.Figure, agreement.Checkpoints, Math.Round(agreement.Correlation!.Value, 9)));
    }

    [Theory]
    [InlineData(1.0, 5, ReportLanguage.English,
        "Loss and PNMI (Mandarin) over 5 checkpoints: they agree (rank correlation +1.00): a lower loss "
            + "was worth more. Best by loss: update 40; best by PNMI: update 20.")]
    [InlineData(-0.7, 5, ReportLanguage.English, "they contradict each other (rank correlation -0.70)")]
    [InlineData(0.3, 5, ReportLanguage.English, "they do not agree (rank correlation +0.30): the loss did not tell the worth")]
    [InlineData(null, 5, ReportLanguage.English, "one of them never changes")]
    [InlineData(null, 3, ReportLanguage.English,
        "Loss and worth (Mandarin): 3 checkpoints cannot tell whether they agree; at least 4 are needed.")]
    [InlineData(1.0, 5, ReportLanguage.Chinese,
        "5 个检查点的损失与PNMI（普通话）：两者一致（秩相关 +1.00）：损失越低，效果越好。损失最低：更新 40；PNMI最佳：更新 20。")]
    [InlineData(null, 1, ReportLanguage.Chinese, "损失与效果（普通话）：1 个检查点不足以判断两者是否一致，至少需要 4 个。")]
    public void It_is_said_in_words(double? correlation, int checkpoints, ReportLanguage language, string expected) =>
        Assert.Contains(expected, Assert.Single(new RankingTexts(language).Sentences(
            [new WorthAgreement(Figure.Pnmi, "zh", checkpoints, correlation, 40, 20)])), StringComparison.Ordinal);

    private static RunWorth Worth(WorthRow[] rows) => new("test", "valid", 10, rows);

    private static WorthRow Row(long update, double? loss) => new("layer 1", update, 1, "zh", 50) { LossBits = loss };
}
