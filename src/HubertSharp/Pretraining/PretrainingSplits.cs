using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Languages;
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
            MaskRoom.Check(train.Audio, config);
            if (valid is not null)
            {
                MaskRoom.Check(valid.Audio, config);
                CheckMetric(config, valid);
            }
            var (seed, dataset) = ((long)config.Common.Seed, config.Dataset);
            var (epochs, sampler) = train.Audio.PlanEpochs(dataset, seed);
            var batches = epochs.Of(1);
            notice(train.DescribeBatches(batches));
            if (sampler is not null)
                notice(Balance(sampler, dataset.LanguageTemperature));
            int[] freq = [.. config.Optimization.UpdateFreq.Select(f => f * replicas.Count)];
            var plan = new UpdatePlan(epochs, freq, seed, config.Optimization.SkipRemainderBatch, dataset.Curriculum);
            List<int[]> validBatches = valid?.Audio.PlanBatches(dataset, seed, training: false) ?? [];
            IReadOnlyList<int[]> planned = [.. validBatches.Take(dataset.MaxValidSteps ?? int.MaxValue)];
            plan.LastUpdate(config.Optimization); // without one the run would never end
            var heard = train.Summarise(config.Dataset.TrainSubset, batches,
                sampler?.Utterances(1)) with { RandomCrop = config.Task.RandomCrop };
            foreach (var sentence in Sentences(heard))
                notice(sentence);
            if (valid?.Summarise(config.Dataset.ValidSubset, validBatches, sampled: null)
                is { LeftOutShare: >= DataSummary.NoteworthyShare } unscored)
                notice($"warning: {DataTexts.LeftOutOfValidation(unscored)}");
            if (valid is not null && TooLittle(config, valid) is { } little)
                notice(little);
            return new PretrainingSplits(train, valid, plan, planned, heard);
        }
        catch
        {
            train.Dispose();
            valid?.Dispose();
            throw;
        }
    }

    private static string Balance(LanguageSampler sampler, double temperature) =>
        string.Create(CultureInfo.InvariantCulture, $"languages balanced at temperature {temperature:0.##}: an epoch takes ")
            + string.Join(", ", sampler.PerEpoch.Select(l => string.Create(CultureInfo.InvariantCulture,
                $"{l.Utterances:#,##0} of {l.Of:N0} utterances {(l.Language.Length > 0 ? $"in {l.Language}" : "without a language")}")));

    private static IEnumerable<string> Sentences(DataSummary heard)
    {
        yield return DataTexts.Heard(heard);
        if (heard.LeftOut > 0)
        {
            var sentence = DataTexts.LeftOut(heard, ReportLanguage.English);
            yield return heard.LeftOutShare >= DataSummary.NoteworthyShare
                ? $"warning: {sentence}; {DataTexts.LeftOutRemedy(heard, ReportLanguage.English)}"
                : sentence;
        }
        if (heard.CroppedShare >= DataSummary.NoteworthyShare)
            yield return $"warning: {DataTexts.Cropped(heard, ReportLanguage.English)}; "
                + $"{DataTexts.CroppedRemedy(heard, ReportLanguage.English)}";
    }

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
        var languages = valid.Manifest.Entries.Select(e => e.Language).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        string[] known = [.. StepScores.Names(valid.Dictionaries.Count, [.. languages],
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
