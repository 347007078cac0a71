namespace HubertSharp.Runs.Doctor;

/// <summary>What the figures mean. Every threshold has its reason beside it.</summary>
internal static class LossFindings
{
    public static IEnumerable<LossFinding> Of(LossFacts facts, DoctorTexts texts) =>
        new[]
        {
            NotFinite(facts, texts), FirstLoss(facts, texts), Trivial(facts, texts), Divergence(facts, texts), Collapse(facts, texts), Level(facts, texts),
            Spikes(facts, texts), Trend(facts, texts), Gap(facts, texts), Gradient(facts, texts), LossScale(facts, texts), Accuracies(facts, texts),
            Restarts(facts, texts), Classes(facts, texts), Reference(facts, texts),
        }.OfType<LossFinding>();

    private static LossFinding? NotFinite(LossFacts facts, DoctorTexts texts)
    {
        var train = facts.Curve.Series.Train;
        var bad = train.Where(p => (p.Prediction ?? p.Loss) is { } l && !double.IsFinite(l)).ToList();
        if (bad.Count == 0)
            return null;
        var atEnd = train.TakeLast(3).Any(bad.Contains);
        return texts.NotFinite(atEnd ? FindingLevel.Broken : FindingLevel.Watch, bad.Count, bad[0].Update);
    }

    private static LossFinding? FirstLoss(LossFacts facts, DoctorTexts texts)
    {
        var first = facts.Curve.Series.Train[0];
        return first is { Loss: { } total, LossMasked: { } masked, Penalty: { } penalty } && double.IsFinite(total) && penalty * facts.Curve.ToBits > 0.05
            ? texts.FirstLoss(first.Update, total * facts.Curve.ToBits, masked * facts.Curve.ToBits, penalty * facts.Curve.ToBits, facts.Chance)
            : null;
    }

    // Labels that carry information cannot be predicted to a tenth of it; an empty dictionary makes them all <unk>.
    private static LossFinding? Trivial(LossFacts facts, DoctorTexts texts)
    {
        var accuracy = facts.Curve.FinalMean(p => p.AccuracyMasked);
        return facts.Final is { } loss && (loss < 0.1 * (facts.Chance ?? 5) || (loss < 1 && accuracy > 0.95)) ? texts.Trivial(loss, accuracy) : null;
    }

    private static LossFinding? Level(LossFacts facts, DoctorTexts texts)
    {
        if (facts is not { Final: { } loss, Chance: { } chance, Unigram: { } unigram } || facts.Updates < 100)
            return null;
        var gradient = facts.Curve.Median(p => p.GradientNorm, 0.8);
        var margin = Math.Max(0.05, 2 * (facts.Trend?.Noise ?? 0.1) / Math.Sqrt(Math.Max(1, facts.Curve.Losses.Length / 20)));
        if (loss < unigram - margin)
            return texts.Learning(loss, chance, facts.Context.LabelEntropyBits, facts.BitsExplained!.Value);
        if (facts.Curve.Best()?.Loss < unigram - margin)
            return null; // it had learnt and lost it again: a divergence, told as such
        if (facts.TrendName == "falling" && loss < chance + 0.5)
            return texts.StillAtChance(FindingLevel.Info, loss, chance, facts.Context.LabelEntropyBits, facts.Updates);
        if (gradient < 1e-3)
            return texts.Dead(loss, chance, gradient.Value);
        // in the first thousand updates the learning rate is often still next to nothing; after five thousand every published run has left this level
        var level = facts.Updates < 1000 && !facts.IsFinished ? FindingLevel.Info : facts.Updates < 5000 ? FindingLevel.Watch : FindingLevel.Broken;
        return loss > chance + 0.5 ? texts.AboveChance(level, loss, chance, facts.Updates) : texts.StillAtChance(level, loss, chance, facts.Context.LabelEntropyBits, facts.Updates);
    }

    private static LossFinding? Divergence(LossFacts facts, DoctorTexts texts)
    {
        if (facts.Final is not { } loss || facts.Curve.Best() is not var (best, update) || facts.Curve.Losses.Length < 10)
            return null;
        var rise = loss - best;
        var noise = facts.Trend?.Noise ?? 0;
        if (rise < Math.Max(0.3, 3 * noise))
            return null;
        return texts.Divergence(rise > 1 || loss > facts.Unigram ? FindingLevel.Broken : FindingLevel.Watch, best, (long)update, loss);
    }

    // seen in public logs: accuracy 0.76 falls to 0.26 and stays there
    private static LossFinding? Collapse(LossFacts facts, DoctorTexts texts)
    {
        var accuracies = facts.Curve.Series.Train.Select(p => p.AccuracyMasked).OfType<double>().Where(double.IsFinite).ToArray();
        if (accuracies.Length < 10 || facts.Curve.FinalMean(p => p.AccuracyMasked) is not { } final)
            return null;
        var best = Enumerable.Range(0, accuracies.Length - 2).Max(i => (accuracies[i] + accuracies[i + 1] + accuracies[i + 2]) / 3);
        return best > 0.1 && final < 0.5 * best ? texts.Collapse(best, final) : null;
    }

    private static LossFinding? Spikes(LossFacts facts, DoctorTexts texts)
    {
        var spikes = facts.Curve.Spikes();
        return spikes.Count == 0 ? null : texts.Spikes(spikes.Count >= 5 ? FindingLevel.Watch : FindingLevel.Info, spikes.Count, (long)spikes[^1]);
    }

    private static LossFinding? Trend(LossFacts facts, DoctorTexts texts) => facts switch
    {
        { Trend: not { } } or { Updates: < 100 } => null,
        { TrendName: "falling" } => texts.Falling(facts.Trend!.Value.Slope * 1000, facts.IsFinished),
        { TrendName: "rising" } => texts.Rising(facts.Trend!.Value.Slope * 1000),
        { TrendName: "flat", IsFinished: false } => texts.Flat(facts.Context.MaxUpdate),
        _ => null,
    };

    private static LossFinding? Gap(LossFacts facts, DoctorTexts texts)
    {
        if (facts is not { Final: { } train, Valid: { } valid })
            return null;
        var noise = facts.Trend?.Noise ?? 0.1;
        if (facts.Chance is { } chance && valid > chance - 0.1 && train < chance - 1)
            return texts.ValidAtChance(train, valid);
        return valid - train > Math.Max(0.3, 3 * noise) ? texts.Gap(FindingLevel.Watch, train, valid) : texts.Gap(FindingLevel.Info, train, valid);
    }

    private static LossFinding? Gradient(LossFacts facts, DoctorTexts texts)
    {
        var early = facts.Curve.Median(p => p.GradientNorm, 0.3, 0.6);
        var late = facts.Curve.Median(p => p.GradientNorm, 0.9);
        if (late is not { } now || facts.Curve.Series.Train.Count < 10)
            return null;
        if (early is { } before && now > 10 * before && before > 0)
            return texts.GradientGrows(before, now);
        return texts.GradientHealthy(now, facts.Curve.Median(p => p.ClippedPercent, 0.7));
    }

    private static LossFinding? LossScale(LossFacts facts, DoctorTexts texts)
    {
        var scales = facts.Curve.Series.Train.Select(p => p.LossScale).OfType<double>().ToArray();
        if (scales.Length == 0)
            return null;
        var halvings = scales.Zip(scales.Skip(1)).Count(s => s.Second < s.First);
        // fairseq stops below 1e-4; a few halvings at the start only find the right scale
        return scales[^1] < 0.01 ? texts.LossScaleLow(scales[^1], halvings) : halvings > 0 ? texts.LossScaleHalved(halvings) : null;
    }

    private static LossFinding? Accuracies(LossFacts facts, DoctorTexts texts) =>
        facts.Curve.FinalMean(p => p.AccuracyMasked) is { } masked && facts.Curve.FinalMean(p => p.AccuracyUnmasked) is { } unmasked && unmasked < masked && facts.Updates >= 100
            ? texts.UnmaskedBelowMasked(masked, unmasked)
            : null;

    private static LossFinding? Restarts(LossFacts facts, DoctorTexts texts) =>
        facts.Curve.Series.Restarts > 0 ? texts.Restarts(facts.Curve.Series.Restarts) : null;

    private static LossFinding? Classes(LossFacts facts, DoctorTexts texts) => facts.Context switch
    {
        { Clusters: null } => texts.ClassesUnknown(),
        { ClustersFrom: "first loss", Clusters: { } k } => texts.ClassesInferred(k),
        { LabelEntropyBits: null } => texts.EntropyUnknown(),
        { LabelEntropyBits: { } entropy } when entropy < 0.75 * facts.Chance => texts.SkewedLabels(entropy, facts.Chance!.Value),
        _ => null,
    };

    private static LossFinding? Reference(LossFacts facts, DoctorTexts texts)
    {
        if (facts is not { Final: { } loss, Chance: { } chance, Reference: { Level: { } level } reference })
            return null;
        // beyond 100,000 updates the published runs all lie between 0.38 and 0.50 of chance; far above is worth a look whatever the data
        var far = facts.Updates >= 100_000 && loss / chance > 0.75;
        return texts.Reference(far ? FindingLevel.Watch : FindingLevel.Info, loss / chance, level, reference);
    }
}
