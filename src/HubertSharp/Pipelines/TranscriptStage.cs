using HubertSharp.Runs;
using HubertSharp.Runs.Stages;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Pipelines;

/// <summary>
/// The labels of the fine-tuning, made of the transcripts beside the manifests: before anything is trained, so that texts that cannot be
/// spelt are known at once.
/// </summary>
internal static class TranscriptStage
{
    public static Stage Create(PipelineContext context, PipelineFinetuning tuning) => new("transcripts", tuning.LabelFolder)
    {
        Inputs = () =>
        {
            var inputs = new StageInputs().Setting("units", tuning.Recipe.Units).Setting("digits", Rules(tuning).Digits);
            foreach (var split in tuning.Splits)
                inputs.File($"{split}.tsv", context.Manifest(split)).File($"{split}.wrd", tuning.Transcripts(split));
            return inputs;
        },
        Run = _ =>
        {
            foreach (var split in tuning.Splits.Where(split => !File.Exists(tuning.Transcripts(split))))
                throw PipelineFaults.NoTranscripts(context.Manifest(split), tuning.Transcripts(split));
            var report = TranscriptLabels.Write(new TranscriptLabelOptions
            {
                Splits = [.. tuning.Splits.Select(split => new TranscriptSplit(context.Manifest(split), tuning.Transcripts(split)))],
                Rules = Rules(tuning),
                Out = tuning.LabelFolder,
                Label = PipelineFinetuning.Label,
            });
            context.Options.Say($"  {Counted.Of(report.Symbols, "symbol")}"
                + (report.Unseen.Count > 0
                    ? $"; {Counted.Of(report.Unseen.Count, "other")} outside of training: errors, whatever a model says"
                    : ""));
            return PipelineContext.FilesIn(tuning.LabelFolder);
        },
    };

    private static TextRules Rules(PipelineFinetuning tuning)
    {
        var rules = TextRules.Of(tuning.Recipe.Units);
        return rules with { Digits = tuning.Recipe.Digits ?? rules.Digits };
    }
}
