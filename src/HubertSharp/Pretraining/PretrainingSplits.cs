using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Pretraining;

/// <summary>The training split, the validation split if there is one, and which of their rows come when.</summary>
internal sealed class PretrainingSplits : IDisposable
{
    /// <summary>A validation on less says nearly nothing.</summary>
    private const int FewestUtterances = 5, ShortestSeconds = 20;

    private PretrainingSplits(
        PretrainingData train, PretrainingData? valid, UpdatePlan plan, IReadOnlyList<int[]> validBatches, DataSummary heard)
    {
        (Train, Valid, Plan, ValidBatches, Heard) = (train, valid, plan, validBatches, heard);
    }

    public PretrainingData Train { get; }

    /// <summary>Null with <c>dataset.disable_validation</c>.</summary>
    public PretrainingData? Valid { get; }

    /// <summary>Of the training split.</summary>
    public UpdatePlan Plan { get; }

    public IReadOnlyList<int[]> ValidBatches { get; }

    /// <summary>What an epoch hears of the training manifest.</summary>
    public DataSummary Heard { get; }

    /// <summary>Classes of each label set.</summary>
    public int[] Classes => [.. Train.Dictionaries.Select(d => d.Count)];

    /// <param name="config">Names and limits.</param>
    /// <param name="replicas">An update consumes <c>optimization.update_freq</c> micro-batches for each of them.</param>
    /// <param name="notice">Told what an epoch looks like, and what is left out.</param>
    /// <exception cref="Runs.UserException">Data that cannot work, or a training without an end.</exception>
    public static PretrainingSplits Open(HubertConfig config, Replicas replicas, Action<string> notice)
    {
        var train = PretrainingData.Open(config.Task, config.Dataset.TrainSubset);
        PretrainingData? valid = null;
        try
        {
            valid = config.Dataset.DisableValidation ? null : PretrainingData.Open(config.Task, config.Dataset.ValidSubset);
            CheckMasks(train.Audio, config);
            if (valid is not null)
            {
                CheckMasks(valid.Audio, config);
                CheckMetric(config, valid);
            }
            var shape = new BatchShape(config.Task.PadAudio, config.Task.MaxSampleSize, config.Task.RandomCrop, config.Task.SampleRate);
            var epoch = EpochPlan.Of(train.Audio, config.Dataset.TrainSubset, config, replicas, shape, notice);
            IReadOnlyList<int[]> validBatches = valid?.Audio.PlanBatches(config.Dataset, config.Common.Seed, training: false)
                ?? (IReadOnlyList<int[]>)[];
            if (valid?.Audio.Summarise(config.Dataset.ValidSubset, validBatches, sampled: null, shape.Width)
                is { LeftOutShare: >= DataSummary.NoteworthyShare } unscored)
                notice($"warning: {DataTexts.LeftOutOfValidation(unscored)}");
            if (valid is not null && TooLittle(config, valid) is { } little)
                notice(little);
            return new PretrainingSplits(train, valid, epoch.Plan, [.. validBatches.Take(config.Dataset.MaxValidSteps ?? int.MaxValue)],
                epoch.Heard);
        }
        catch
        {
            train.Dispose();
            valid?.Dispose();
            throw;
        }
    }

    private static void CheckMasks(ManifestData audio, HubertConfig config) =>
        MaskRoom.Check(audio.Path, audio.ShortestRow, audio.Longest, config.Model, config.Task.SampleRate);

    // 20 s are about 650 masked frames: one frame's loss scatters by 2.3 bits and three share a label, which leaves ± 0.16 bits.
    private static string? TooLittle(HubertConfig config, PretrainingData valid)
    {
        var (utterances, seconds) = (valid.Manifest.Entries.Count,
            valid.Manifest.Entries.Sum(e => e.LengthSamples) / (double)config.Task.SampleRate);
        return utterances >= FewestUtterances && seconds >= ShortestSeconds ? null : string.Create(CultureInfo.InvariantCulture,
            $"warning: {config.Dataset.ValidSubset}.tsv holds {Counted.Of(utterances, "utterance")}, {seconds:0.#} s of audio: "
            + $"the validation loss is mostly chance, and with it the choice of the best checkpoint; "
            + $"set more apart ('hubert manifest' has --valid-percent and --valid-speakers)");
    }

    /// <summary>A metric that no validation has is told before the first update, not at the first validation.</summary>
    private static void CheckMetric(HubertConfig config, PretrainingData valid)
    {
        string[] known = [.. StepScores.Names(valid.Dictionaries.Count, valid.Audio.Languages,
            [.. HubertParameters.HeadLayers(config.Model).SkipLast(1)])];
        if (!known.Contains(config.Checkpoint.BestCheckpointMetric))
            throw TrainingFaults.NoSuchMetric(config.Checkpoint.BestCheckpointMetric, known);
    }

    public void Dispose()
    {
        Train.Dispose();
        Valid?.Dispose();
    }
}
