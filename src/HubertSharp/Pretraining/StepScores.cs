using HubertSharp.Models;
using HubertSharp.Tensors;
using HubertSharp.Training.Logging;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>What one update (or one validation batch) measured: fairseq's logging outputs, summed over its micro-batches.</summary>
internal sealed class StepScores : IDisposable
{
    private readonly List<Totals> _masked = [];
    private readonly List<Totals> _unmasked = [];
    private readonly List<RowLoss> _rowLosses = [];
    private readonly List<(PackedScores Packed, string?[] Languages)> _waiting = [];
    private int _microBatches;

    /// <summary>Masked frames of the first label set by language.</summary>
    private readonly SortedDictionary<string, Totals> _byLanguage = new(StringComparer.Ordinal);

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

    /// <summary>Sum of the losses of the micro-batches on the device, 0-dim float64; nobody waits for it.</summary>
    public Tensor DeviceLoss => _waiting.Select(w => w.Packed.Values[0]).Aggregate((sum, loss) => sum.add(loss, Scalars.One));

    /// <summary>
    /// Takes in one micro-batch. Frames and sentences count at once; what only the device knows stays there until
    /// <see cref="Read()"/>.
    /// </summary>
    public void Add(LossResult result, TrainingBatch batch)
    {
        SampleSize += result.SampleSize;
        Sentences += batch.Utterances.Length;
        AudioSamples += batch.AudioSamples;
        _waiting.Add((new PackedScores(result), batch.Languages));
    }

    /// <summary>Reads off the device what waits there.</summary>
    public void Read() => Read([(this, null)]);

    /// <summary>Reads several updates, and one number more of each, in one transfer.</summary>
    /// <param name="updates">Scores, and a 0-dim float64 tensor of the same device or null.</param>
    /// <returns>The numbers; NaN for null.</returns>
    public static double[] Read(IReadOnlyList<(StepScores Scores, Tensor? Number)> updates)
    {
        using var scope = NewDisposeScope();
        var parts = updates.SelectMany(u => u.Scores._waiting.Select(w => w.Packed.Values).Concat(u.Number is null ? [] : [u.Number.reshape(-1)])).ToArray();
        ReadOnlySpan<double> values = parts.Length == 0 ? [] : cat(parts).cpu().data<double>().ToArray();
        var numbers = new double[updates.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            foreach (var (packed, languages) in updates[i].Scores._waiting)
                updates[i].Scores.Take(packed.Unpack(ref values), languages);
            updates[i].Scores.Dispose();
            numbers[i] = double.NaN;
            if (updates[i].Number is null)
                continue;
            numbers[i] = values[0];
            values = values[1..];
        }
        return numbers;
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

    private void AddSets(MetricAverages averages, List<Totals> sets, string kind)
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

    public void Dispose()
    {
        foreach (var (packed, _) in _waiting)
            packed.Dispose();
        _waiting.Clear();
    }

    private void Take(PackedScores.MicroScores micro, string?[] languages)
    {
        LossSum += micro.Loss;
        FeaturesPenalty += micro.FeaturesPenalty;
        Add(_masked, micro.Masked);
        Add(_unmasked, micro.Unmasked);
        if (micro.Masked is [var first, ..])
            AddLanguages(first, languages);
        if (!double.IsFinite(micro.Loss))
            AddRows([.. micro.Masked, .. micro.Unmasked], languages.Length);
        _microBatches++;
    }

    private static void Add(List<Totals> sums, PackedScores.SetScores[] sets)
    {
        for (var i = 0; i < sets.Length; i++)
        {
            if (sums.Count == i)
                sums.Add(new Totals());
            sums[i].Add(sets[i].LossSum, sets[i].Correct, sets[i].RowCount.Sum());
        }
    }

    private void AddRows(PackedScores.SetScores[] sets, int rows)
    {
        for (var row = 0; row < rows; row++)
            _rowLosses.Add(new RowLoss(_microBatches, row, sets.Sum(set => set.RowCount[row] > 0 ? set.RowLoss[row] : 0)));
    }

    private void AddLanguages(PackedScores.SetScores scores, string?[] languages)
    {
        for (var row = 0; row < languages.Length; row++)
        {
            if (languages[row] is not { } language || scores.RowCount[row] == 0)
                continue;
            if (!_byLanguage.TryGetValue(language, out var sums))
                _byLanguage[language] = sums = new Totals();
            sums.Add(scores.RowLoss[row], (long)scores.RowCorrect[row], scores.RowCount[row]);
        }
    }

    private sealed class Totals
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
