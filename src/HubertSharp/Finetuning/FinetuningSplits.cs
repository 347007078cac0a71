using HubertSharp.Distributed;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Finetuning;

/// <summary>The training split, the validation split if there is one, which of their rows come when, and what was found in them.</summary>
internal sealed class FinetuningSplits : IDisposable
{
    private FinetuningSplits(
        TranscriptData train, TranscriptData? valid, EpochPlan epoch, IReadOnlyList<int[]> validBatches, TranscriptSummary summary) =>
        (Train, Valid, Epoch, ValidBatches, Summary) = (train, valid, epoch, validBatches, summary);

    public TranscriptData Train { get; }

    /// <summary>Null with <c>dataset.disable_validation</c>.</summary>
    public TranscriptData? Valid { get; }

    public EpochPlan Epoch { get; }

    public IReadOnlyList<int[]> ValidBatches { get; }

    public TranscriptSummary Summary { get; }

    /// <summary>Opens and checks both.</summary>
    /// <param name="config">Names and limits.</param>
    /// <param name="model">The model group, whose frames and masks are counted.</param>
    /// <param name="force">Train in spite of transcripts that cannot be learnt.</param>
    /// <param name="replicas">The processes.</param>
    /// <param name="notice">Told what an epoch looks like, and what was found.</param>
    /// <exception cref="UserException">Data that cannot work.</exception>
    public static FinetuningSplits Open(
        FinetuningConfig config, ModelConfig model, bool force, Replicas replicas, Action<string> notice)
    {
        var train = TranscriptData.Open(config.Task, config.Dataset.TrainSubset);
        TranscriptData? valid = null;
        try
        {
            valid = config.Dataset.DisableValidation ? null : TranscriptData.Open(config.Task, config.Dataset.ValidSubset);
            var unknown = TranscriptCheck.Lines(train, refuses: !force, notice);
            if (valid is not null)
            {
                unknown = [.. unknown.Union(TranscriptCheck.Lines(valid, refuses: false, notice))];
                CheckMetric(config, valid);
            }
            CheckMasks(train.Audio, model);
            var shape = new BatchShape(config.Task.Pads(), config.Task.MaxSampleSize, config.Task.RandomCrop, config.Task.SampleRate);
            var epoch = EpochPlan.Of(train.Audio, config.Dataset.TrainSubset, config, replicas, shape, notice);
            var alignment = new FrameAlignment(model, 1, config.Task.SampleRate);
            var tooShort = TranscriptCheck.TooShort(train, epoch.FirstEpoch, shape, alignment);
            var rows = epoch.FirstEpoch.Sum(b => b.Length);
            Judge(config, tooShort, rows, notice);
            var validBatches = valid?.Audio.PlanBatches(config.Dataset, config.Common.Seed, training: false)
                .Take(config.Dataset.MaxValidSteps ?? int.MaxValue).ToList() ?? [];
            var shortOnes = valid is null ? [] : TranscriptCheck.TooShort(valid, validBatches, shape, alignment);
            if (shortOnes.Count > 0)
                notice($"warning: {Counted.Of(shortOnes.Count, "utterance")} of the valid split with fewer frames than the transcript "
                    + $"needs: {TranscriptCheck.Names(shortOnes)}; no model can spell that");
            var summary = TranscriptSummary.Of(train.Dictionary.Count - 4, rows, config.Model.FreezeFinetuneUpdates, tooShort,
                [.. unknown.Order(StringComparer.Ordinal)], cropped: !config.Task.Pads() && epoch.Heard.CroppedSeconds > 0) with
            {
                Usage = train.Usage,
                TooShortValid = [.. shortOnes.Take(TranscriptSummary.MostNamed)],
            };
            if (TranscriptUsage.Sentence(train.Usage, summary.Symbols) is { } usage)
                notice(usage);
            if (summary.Cropped)
                notice($"warning: task.pad_audio is false, as fairseq's task has it: every clip of a batch is cropped "
                    + $"to the shortest while "
                    + $"its text stays whole ({100 * epoch.Heard.CroppedShare:0.#}% of the audio is cut off); set task.pad_audio=true");
            return new FinetuningSplits(train, valid, epoch, validBatches, summary);
        }
        catch
        {
            train.Dispose();
            valid?.Dispose();
            throw;
        }
    }

    private static void Judge(FinetuningConfig config, IReadOnlyList<TooShortUtterance> tooShort, int rows, Action<string> notice)
    {
        if (tooShort.Count == 0)
            return;
        var names = TranscriptCheck.Names(tooShort);
        if (tooShort.Count == rows)
            throw FinetuningFaults.AllTooShort(names, rows, config.Task.Pads());
        if (!config.Criterion.ZeroInfinity)
            throw FinetuningFaults.TooShort(names, tooShort.Count, rows);
        notice($"warning: {tooShort.Count} of {Counted.Of(rows, "utterance")} have fewer frames than their transcripts need and teach "
            + $"nothing (criterion.zero_infinity): {names}");
    }

    private static void CheckMasks(ManifestData audio, ModelConfig model)
    {
        MaskRoom.Check(audio.Path, audio.ShortestRow, audio.Longest, model, SamplingRate.Hz);
        if (model is { MaskChannelProb: > 0, MaskChannelSelection: "static" } && 2 * model.MaskChannelLength > model.EncoderEmbedDim)
            throw FinetuningFaults.ChannelMask(model.MaskChannelLength, model.EncoderEmbedDim);
    }

    /// <summary>A metric that no validation has is told before the first update, not at the first validation.</summary>
    private static void CheckMetric(FinetuningConfig config, TranscriptData valid)
    {
        string[] known = [.. CtcScores.Names(valid.Parts), .. CtcErrors.Names(valid.Parts)];
        if (!known.Contains(config.Checkpoint.BestCheckpointMetric))
            throw TrainingFaults.NoSuchMetric(config.Checkpoint.BestCheckpointMetric, known);
    }

    public void Dispose()
    {
        Train.Dispose();
        Valid?.Dispose();
    }
}
