using System.Text;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>What a log says beside its metrics: the configuration dumped at its head, and events of the training.</summary>
internal sealed class LogHints
{
    /// <summary>Updates that stand for an epoch whose length nobody tells: about what recipes of 100 hours have.</summary>
    internal const int AssumedEpoch = 1000;

    private const int LongestConfiguration = 1 << 18;
    private int _linesForConfiguration = 20_000;

    /// <summary>Classes of the first label set, as the model counts them.</summary>
    public int? Classes { get; private set; }

    public long? MaxUpdate { get; private set; }

    public long? WarmupUpdates { get; private set; }

    /// <summary>Updates at the start of fine-tuning in which only the new head learns.</summary>
    public long? FrozenUpdates { get; private set; }

    /// <summary>Distractors of a contrastive loss.</summary>
    public int? Negatives { get; private set; }

    public double? LabelRate { get; private set; }

    /// <summary>Updates between two lines.</summary>
    public int? LogInterval { get; private set; }

    /// <summary>Micro-batches per update.</summary>
    public int? AccumulatedBatches { get; private set; }

    /// <summary>What the configuration trains; null where it does not say.</summary>
    public TrainingObjective? Objective { get; private set; }

    /// <inheritdoc cref="TrainingNotes.Overflows"/>
    public long Overflows => Notes.Overflows;

    /// <inheritdoc cref="TrainingNotes.LowestScale"/>
    public double? LowestScale => Notes.LowestScale;

    /// <inheritdoc cref="TrainingNotes.ScaleExhausted"/>
    public bool ScaleExhausted => Notes.ScaleExhausted;

    /// <inheritdoc cref="TrainingNotes.Skipped"/>
    public long NotFiniteUpdates => Notes.Skipped;

    internal TrainingNotes Notes { get; } = new();

    /// <summary>The error that the log ends with; null when metrics follow it.</summary>
    public string? Error { get; private set; }

    /// <summary>The program said that it was done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Updates that each line, or epoch, was counted as because the log does not say them; null where it does.</summary>
    public int? AssumedUpdates { get; private set; }

    /// <summary>What <see cref="AssumedUpdates"/> stands for: <c>line</c> or <c>epoch</c>.</summary>
    public string AssumedPer { get; private set; } = "line";

    internal void Assume(int updates, string per) => (AssumedUpdates, AssumedPer) = (updates, per);

    internal void MetricsSeen()
    {
        Error = null;
        Notes.MetricsSeen();
    }

    internal void Done() => IsDone = true;

    /// <summary>Looks at a line that holds no metrics.</summary>
    internal void Read(ReadOnlySpan<byte> line)
    {
        if (line.Length == 0)
            return;
        if (_linesForConfiguration > 0 && line.Length <= LongestConfiguration)
        {
            _linesForConfiguration--;
            ReadConfiguration(line);
        }
        if (line.Length < 2000)
            ReadEvent(line);
    }

    internal void ReadConfiguration(ReadOnlySpan<byte> text)
    {
        Classes ??= Whole(text, "num_classes"u8, 2, 10_000_000);
        MaxUpdate ??= Whole(text, "max_update"u8, 1, int.MaxValue)
            ?? Whole(text, "max_updates"u8, 1, int.MaxValue) ?? Whole(text, "max_steps"u8, 1, int.MaxValue);
        WarmupUpdates ??= Whole(text, "warmup_updates"u8, 1, int.MaxValue)
            ?? Whole(text, "warmup_steps"u8, 1, int.MaxValue) ?? Whole(text, "warmup_batches"u8, 1, int.MaxValue);
        FrozenUpdates ??= Whole(text, "freeze_finetune_updates"u8, 1, int.MaxValue);
        Negatives ??= Whole(text, "num_negatives"u8, 1, 100_000);
        LogInterval ??= Whole(text, "log_interval"u8, 1, 1_000_000);
        AccumulatedBatches ??= Whole(text, "accum_grad"u8, 1, 10_000);
        if (LabelRate is null && LogNumber.TryFindAfter(text, "label_rate"u8, out var rate) && rate > 0)
            LabelRate = rate;
        Objective ??= ObjectiveOf(text);
    }

    private void ReadEvent(ReadOnlySpan<byte> line)
    {
        if (Notes.Read(line))
            return;
        if (line.IndexOf("done training in"u8) >= 0
            || line.IndexOf("The training was finished at"u8) >= 0
            || line.IndexOf("`Trainer.fit` stopped"u8) >= 0
            || line.EndsWith(" Done!"u8))
            IsDone = true;
        // "RuntimeError: CUDA out of memory.", "torch.cuda.OutOfMemoryError: ...": the last line of a traceback begins with the error's
        // name
        var error = line.IndexOf("Error: "u8);
        if (error is > 0 and < 60 && !line[..error].Contains((byte)' '))
            Error = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 160)]).Trim();
    }

    private static TrainingObjective? ObjectiveOf(ReadOnlySpan<byte> text)
    {
        foreach (var (sign, objective) in Signs)
        {
            if (text.IndexOf(sign) >= 0)
                return objective;
        }
        return null;
    }

    private static int? Whole(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, int low, int high) =>
        LogNumber.TryFindAfter(text, key, out var value) && value >= low && value <= high && value == Math.Floor(value) ? (int)value : null;

    // fairseq's configuration and model lines, model classes of ESPnet and torchaudio
    private static readonly (byte[] Sign, TrainingObjective Objective)[] Signs =
    [
        // criteria first: the task of HuBERT's fine-tuning is called hubert_pretraining too
        ("'criterion': {'_name': 'hubert'"u8.ToArray(), TrainingObjective.MaskedPrediction),
        ("criterion: HubertCriterion"u8.ToArray(), TrainingObjective.MaskedPrediction),
        ("criterion='hubert'"u8.ToArray(), TrainingObjective.MaskedPrediction),
        ("'criterion': {'_name': 'wav2vec'"u8.ToArray(), TrainingObjective.Contrastive),
        ("criterion: Wav2vecCriterion"u8.ToArray(), TrainingObjective.Contrastive),
        ("criterion='wav2vec'"u8.ToArray(), TrainingObjective.Contrastive),
        ("'criterion': {'_name': 'ctc'"u8.ToArray(), TrainingObjective.Ctc),
        ("criterion: CtcCriterion"u8.ToArray(), TrainingObjective.Ctc),
        ("criterion='ctc'"u8.ToArray(), TrainingObjective.Ctc),
        ("'_name': 'data2vec"u8.ToArray(), TrainingObjective.SelfDistillation),
        ("'_name': 'dinosr"u8.ToArray(), TrainingObjective.SelfDistillation),
        ("'_name': 'hubert_pretraining'"u8.ToArray(), TrainingObjective.MaskedPrediction),
        ("HubertPretrainModel("u8.ToArray(), TrainingObjective.MaskedPrediction),
        ("HuBERTPretrainModel"u8.ToArray(), TrainingObjective.MaskedPrediction),
    ];
}
