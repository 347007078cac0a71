using HubertSharp.Models;
using TorchSharp;

namespace HubertSharp.Pretraining;

/// <summary>What one update (or one validation batch) measured: fairseq's logging outputs, summed over its micro-batches.</summary>
internal sealed class StepScores
{
    private readonly List<SetScores> _masked = [];
    private readonly List<SetScores> _unmasked = [];
    private readonly List<RowLoss> _rowLosses = [];
    private int _microBatches;

    /// <summary>Masked frames of the first label set by language.</summary>
    private readonly SortedDictionary<string, SetScores> _byLanguage = new(StringComparer.Ordinal);

    /// <summary>fairseq's criterion, in nats, summed over frames.</summary>
    public double LossSum { get; private set; }

    public long SampleSize { get; private set; }

    public long Sentences { get; private set; }

    public long AudioSamples { get; private set; }

    public double FeaturesPenalty { get; private set; }

    public bool IsFinite => double.IsFinite(LossSum);

    /// <summary>Each row's loss in the micro-batches whose loss is not finite; empty when all are.</summary>
    public IReadOnlyList<RowLoss> RowLosses => _rowLosses;

    public double LossBits => Bits(LossSum);

    /// <summary>Masked loss of the first label set in bits per frame of the sample size.</summary>
    public double MaskedLossBits => _masked.Count == 0 ? double.NaN : Bits(_masked[0].LossSum);

    /// <summary>Reads the scalars of one micro-batch off the device.</summary>
    public void Add(LossResult result, TrainingBatch batch)
    {
        var loss = result.Loss.ToDouble();
        LossSum += loss;
        SampleSize += result.SampleSize;
        Sentences += batch.Utterances.Length;
        AudioSamples += batch.AudioSamples;
        FeaturesPenalty += result.FeaturesPenalty?.ToDouble() ?? 0;
        Add(_masked, result.Masked);
        Add(_unmasked, result.Unmasked);
        if (result.Masked.Count > 0)
            AddLanguages(result.Masked[0], batch);
        if (!double.IsFinite(loss))
            AddRows([.. result.Masked, .. result.Unmasked], batch.Batch.Rows);
        _microBatches++;
    }

    /// <summary>Adds fairseq's keys to the averages of an interval: the loss weighted by frames, everything else once per update.</summary>
    public void AddTo(MetricAverages averages)
    {
        averages.Add("loss", LossBits, SampleSize);
        AddSets(averages, _masked, "m");
        AddSets(averages, _unmasked, "u");
        averages.Add("loss_features_pen", Bits(FeaturesPenalty));
        foreach (var (language, scores) in _byLanguage)
        {
            averages.Add($"loss_m_0_{language}", scores.LossSum / scores.Count / Math.Log(2), scores.Count);
            averages.Add($"correct_m_0_{language}", (double)scores.Correct / scores.Count, scores.Count);
        }
        averages.Add("wpb", SampleSize);
        averages.Add("bsz", Sentences);
    }

    private void AddSets(MetricAverages averages, List<SetScores> sets, string kind)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            averages.Add($"count_{kind}_{i}", sets[i].Count);
            averages.Add($"loss_{kind}_{i}", Bits(sets[i].LossSum));
            if (sets[i].Count > 0)
                averages.Add($"correct_{kind}_{i}", (double)sets[i].Correct / sets[i].Count);
        }
    }

    // fairseq divides every loss by the same sample size, the unmasked one too
    private double Bits(double nats) => nats / SampleSize / Math.Log(2);

    private static void Add(List<SetScores> sums, IReadOnlyList<FrameScores> sets)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            if (sums.Count == i)
                sums.Add(new SetScores());
            sums[i].Add(sets[i].LossSum.ToDouble(), sets[i].Correct.ToInt64(), sets[i].Count);
        }
    }

    private void AddRows(FrameScores[] sets, int rows)
    {
        var sums = new double[rows];
        foreach (var set in sets)
        {
            using var losses = set.RowLossSum.cpu();
            var lossOfRow = losses.data<float>();
            for (var row = 0; row < rows; row++)
                sums[row] += set.RowCount[row] > 0 ? lossOfRow[row] : 0;
        }
        _rowLosses.AddRange(sums.Select((sum, row) => new RowLoss(_microBatches, row, sum)));
    }

    private void AddLanguages(FrameScores scores, TrainingBatch batch)
    {
        if (batch.Languages.All(l => l is null))
            return;
        using var losses = scores.RowLossSum.cpu();
        using var correct = scores.RowCorrect.cpu();
        var lossOfRow = losses.data<float>();
        var correctOfRow = correct.data<long>();
        for (var row = 0; row < batch.Languages.Length; row++)
        {
            if (batch.Languages[row] is not { } language || scores.RowCount[row] == 0)
                continue;
            if (!_byLanguage.TryGetValue(language, out var sums))
                _byLanguage[language] = sums = new SetScores();
            sums.Add(lossOfRow[row], correctOfRow[row], scores.RowCount[row]);
        }
    }

    private sealed class SetScores
    {
        public double LossSum { get; private set; }

        public long Correct { get; private set; }

        public long Count { get; private set; }

        public void Add(double loss, long correct, long count)
        {
            LossSum += loss;
            Correct += correct;
            Count += count;
        }
    }
}
