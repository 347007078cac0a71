using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training.Data;

/// <summary>Which rows of the training split come when, and how much of it an epoch hears.</summary>
/// <param name="Plan">The rows of every update.</param>
/// <param name="FirstEpoch">The batches of the first epoch; of every one unless languages are balanced.</param>
/// <param name="Heard">What an epoch hears of the manifest.</param>
internal sealed record EpochPlan(UpdatePlan Plan, IReadOnlyList<int[]> FirstEpoch, DataSummary Heard)
{
    /// <param name="audio">The training split.</param>
    /// <param name="split">Its name.</param>
    /// <param name="config">Limits and seed.</param>
    /// <param name="replicas">An update consumes <c>optimization.update_freq</c> micro-batches for each of them.</param>
    /// <param name="shape">How wide batches are.</param>
    /// <param name="notice">Told what an epoch looks like, and what is left out.</param>
    /// <exception cref="Runs.UserException">Data that cannot work, or a training without an end.</exception>
    public static EpochPlan Of(
        ManifestData audio, string split, TrainingConfig config, Replicas replicas, BatchShape shape, Action<string> notice)
    {
        var (seed, dataset) = ((long)config.Common.Seed, config.Dataset);
        var (epochs, sampler) = audio.PlanEpochs(dataset, seed);
        var batches = epochs.Of(1);
        notice(shape.Describe(audio, batches));
        if (sampler is not null)
            notice(Balance(sampler, dataset.LanguageTemperature));
        int[] freq = [.. config.Optimization.UpdateFreq.Select(f => f * replicas.Count)];
        var plan = new UpdatePlan(epochs, freq, seed, config.Optimization.SkipRemainderBatch, dataset.Curriculum);
        plan.LastUpdate(config.Optimization); // without one the run would never end
        var heard = audio.Summarise(split, batches, sampler?.Utterances(1), shape.Width) with { RandomCrop = shape.RandomCrop };
        foreach (var sentence in Sentences(heard, shape))
            notice(sentence);
        return new EpochPlan(plan, batches, heard);
    }

    private static string Balance(LanguageSampler sampler, double temperature) =>
        string.Create(CultureInfo.InvariantCulture, $"languages balanced at temperature {temperature:0.##}: an epoch takes ")
            + string.Join(", ", sampler.PerEpoch.Select(l => string.Create(CultureInfo.InvariantCulture,
                $"{l.Utterances:#,##0} of {l.Of:N0} utterances {(l.Language.Length > 0 ? $"in {l.Language}" : "without a language")}")));

    private static IEnumerable<string> Sentences(DataSummary heard, BatchShape shape)
    {
        yield return DataTexts.Heard(heard);
        if (heard.LeftOut > 0)
        {
            var sentence = DataTexts.LeftOut(heard, ReportLanguage.English);
            yield return heard.LeftOutShare >= DataSummary.NoteworthyShare
                ? $"warning: {sentence}; {DataTexts.LeftOutRemedy(heard, ReportLanguage.English)}"
                : sentence;
        }
        if (heard.CroppedShare >= DataSummary.NoteworthyShare && !shape.CropsOnPurpose)
            yield return $"warning: {DataTexts.Cropped(heard, ReportLanguage.English)}; "
                + $"{DataTexts.CroppedRemedy(heard, ReportLanguage.English)}";
    }
}
