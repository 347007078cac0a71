using HubertSharp.Finetuning;
using HubertSharp.Interop;
using HubertSharp.Interop.Native;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Ranking;

/// <summary>The loss and the errors of the checkpoints of a fine-tuning: they are scored as they are.</summary>
internal sealed class FinetunedCheckpoints(
    FinetuningConfig run, CheckpointFinetuningOptions options, KeptResults kept, Func<string, IProgress<StageProgress>>? progress,
    CancellationToken cancellation)
{
    private readonly FinetuningConfig _config = run with
    {
        Task = run.Task with { Data = options.Data, LabelDir = options.Labels, Labels = [options.Label] },
    };

    /// <summary>Tells what cannot be scored.</summary>
    /// <exception cref="UserException">Transcripts that cannot work.</exception>
    public void Check() => TranscriptData.Open(_config.Task, options.Split).Dispose();

    /// <summary>Those of each, by ascending update.</summary>
    public IReadOnlyList<WorthFinetuning> Of(IReadOnlyList<(long Update, string Path)> checkpoints) =>
        [.. checkpoints.Select(c => Of(c.Update, c.Path))];

    private WorthFinetuning Of(long update, string model)
    {
        var inputs = new StageInputs().Setting("split", options.Split).Setting("model", ModelIdentity.Of(model))
            .File("output layer", Path.Combine(model, NativeCtc.FileName))
            .File($"{options.Split}.tsv", Path.Combine(options.Data, $"{options.Split}.tsv"))
            .File($"{options.Split}.{options.Label}", Path.Combine(options.Labels, $"{options.Split}.{options.Label}"))
            .File("dictionary", TranscriptData.DictionaryPath(_config.Task));
        var name = $"errors_{CheckpointFiles.NameOf(update)}";
        if (kept.Find<WorthFinetuning>(name, inputs) is { } known)
            return known;
        var errors = TranscriptScoring.Run(_config, model, options.Split, progress?.Invoke($"errors of update {update}"), cancellation);
        var result = new WorthFinetuning(update, (int)update, options.Split, errors);
        kept.Keep(name, inputs, result);
        return result;
    }
}
