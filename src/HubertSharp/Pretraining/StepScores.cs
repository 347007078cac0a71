using HubertSharp.Models;
using HubertSharp.Tensors;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>fairseq's logging outputs of one update (or one validation batch); losses are sums over frames, in nats.</summary>
internal sealed class StepScores : UpdateScores
{
    private readonly List<Totals> _masked = [];
    private readonly List<Totals> _unmasked = [];
    private readonly SortedDictionary<int, List<Totals>> _middle = []; // masked frames, by layer
    private readonly List<RowLoss> _rowLosses = [];
    private readonly List<Micro> _waiting = [];
    private int _microBatches;

    /// <summary>Masked frames of the first label set by language.</summary>
    private readonly SortedDictionary<string, Totals> _byLanguage = new(StringComparer.Ordinal);

    public long Sentences { get; private set; }

    public double FeaturesPenalty { get; private set; }

    /// <summary>Each row's loss in the micro-batches whose loss is not finite; empty when all are.</summary>
    public IReadOnlyList<RowLoss> RowLosses => _rowLosses;

    public double LossBits => Bits(LossSum);

    /// <inheritdoc/>
    public override Tensor DeviceLoss => _waiting.Select(w => w.Packed.Values[0]).Aggregate((sum, loss) => sum.add(loss, Scalars.One));

    /// <summary>
    /// Takes in one micro-batch. Frames and sentences count at once; what only the device knows stays there until
    /// <see cref="UpdateScores.Read()"/>.
    /// </summary>
    /// <param name="result">Its loss.</param>
    /// <param name="batch">Its rows.</param>
    /// <param name="droppedLayers">Encoder layers that it left out; idle are those that every micro-batch left out.</param>
    public void Add(LossResult result, PretrainingBatch batch, IReadOnlySet<int> droppedLayers)
    {
        IdleGroups = IdleGroups is null ? droppedLayers : IdleGroups.Intersect(droppedLayers).ToHashSet();
        SampleSize += result.SampleSize;
        Sentences += batch.Utterances.Length;
        AudioSamples += batch.AudioSamples;
        _waiting.Add(new Micro(new PackedScores(result), batch.Languages, result.SampleSize, batch.AudioSamples, droppedLayers));
    }

    /// <summary>Adds fairseq's keys to the averages of an interval: the loss weighted by frames, everything else once per update.</summary>
    public override void AddTo(MetricAverages averages)
    {
        averages.Add("loss", LossBits, SampleSize);
        AddSets(averages, _masked, "m");
        AddSets(averages, _unmasked, "u");
        foreach (var (layer, sets) in _middle)
            AddLayer(averages, layer, sets);
        averages.Add("loss_features_pen", Bits(FeaturesPenalty));
        foreach (var (language, scores) in _byLanguage)
        {
            averages.Add($"loss_m_0_{language}", scores.LossSum / scores.Count / Math.Log(2), scores.Count);
            averages.Add($"correct_m_0_{language}", (double)scores.Correct / scores.Count, scores.Count);
        }
        averages.Add("wpb", SampleSize);
        averages.Add("bsz", Sentences);
    }

    /// <summary>The keys that <see cref="AddTo"/> may add.</summary>
    /// <param name="labelSets">Label sets.</param>
    /// <param name="languages">Languages of the manifest.</param>
    /// <param name="middleLayers">Layers below the last that predict.</param>
    public static IEnumerable<string> Names(
        int labelSets, IReadOnlyCollection<string> languages, IReadOnlyCollection<int> middleLayers) =>
    [
        "loss",
        .. ((string[])["m", "u"]).SelectMany(kind => Enumerable.Range(0, labelSets).SelectMany(i =>
            (string[])[$"count_{kind}_{i}", $"loss_{kind}_{i}", $"correct_{kind}_{i}"])),
        .. middleLayers.SelectMany(layer => Enumerable.Range(0, labelSets).SelectMany(i =>
            (string[])[LayerKey(layer, "loss", i), LayerKey(layer, "correct", i)])),
        "loss_features_pen",
        .. languages.SelectMany(language => (string[])[$"loss_m_0_{language}", $"correct_m_0_{language}"]),
        "wpb", "bsz",
    ];

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

    private void AddLayer(MetricAverages averages, int layer, List<Totals> sets)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            averages.Add(LayerKey(layer, "loss", i), Bits(sets[i].LossSum));
            if (sets[i].Count > 0)
                averages.Add(LayerKey(layer, "correct", i), (double)sets[i].Correct / sets[i].Count);
        }
    }

    /// <summary>The layer stands in front, because what follows <c>loss_m_0_</c> is a language.</summary>
    private static string LayerKey(int layer, string what, int set) => $"layer{layer}_{what}_m_{set}";

    // fairseq divides every loss by the same sample size, the unmasked one too
    private double Bits(double nats) => nats / SampleSize / Math.Log(2);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Pack() =>
    [
        .. _waiting.Select(micro => ByteParts.Of(writer =>
        {
            writer.Write(micro.SampleSize);
            writer.Write(micro.AudioSamples);
            Write(writer, micro.DroppedLayers);
            writer.Write(micro.Languages.Length);
            foreach (var language in micro.Languages)
                writer.Write(language ?? ""); // none is empty: a manifest's empty column is no language
            micro.Packed.Write(writer);
        })),
    ];

    /// <inheritdoc/>
    public override void Unpack(IReadOnlyList<byte[]> measured)
    {
        Dispose();
        (SampleSize, Sentences, AudioSamples, IdleGroups) = (0, 0, 0, null);
        foreach (var bytes in measured)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            SampleSize += reader.ReadInt64();
            AudioSamples += reader.ReadInt64();
            var dropped = ReadGroups(reader);
            IdleGroups = IdleGroups is null ? dropped : IdleGroups.Intersect(dropped).ToHashSet();
            var languages = new string?[reader.ReadInt32()];
            for (var row = 0; row < languages.Length; row++)
                languages[row] = reader.ReadString() is { Length: > 0 } language ? language : null;
            Sentences += languages.Length;
            Take(PackedScores.Read(reader), languages);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var micro in _waiting)
            micro.Packed.Dispose();
        _waiting.Clear();
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Waiting => _waiting.Select(w => w.Packed.Values);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Take(ReadOnlySpan<double> values)
    {
        foreach (var micro in _waiting)
            Take(micro.Packed.Unpack(ref values), micro.Languages);
        return values;
    }

    private void Take(PackedScores.MicroScores micro, string?[] languages)
    {
        LossSum += micro.Loss;
        FeaturesPenalty += micro.FeaturesPenalty;
        Add(_masked, micro.Masked);
        Add(_unmasked, micro.Unmasked);
        foreach (var (layer, sets) in micro.Middle)
        {
            if (!_middle.TryGetValue(layer, out var sums))
                _middle[layer] = sums = [];
            Add(sums, sets);
        }
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

    /// <summary>One micro-batch whose numbers are still where they were computed.</summary>
    private sealed record Micro(
        PackedScores Packed, string?[] Languages, long SampleSize, long AudioSamples, IReadOnlySet<int> DroppedLayers);

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
