using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Pipelines;
using HubertSharp.Ranking;
using HubertSharp.Runs;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert evaluate</c>: the curve of worth of a run's checkpoints.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            Description = $"Run folder; {RunFolder.WorthName} is written there, which the dashboard draws.",
        };
        var scoring = new LayerArguments("the layer of each checkpoint", starts: 2, needsReference: false);
        var every = new Option<int>("--every")
        {
            Description = "Look at the checkpoints at every so many updates, and at the newest; 1 for all that were kept.",
            DefaultValueFactory = _ => 1,
        };
        var layers = new Option<int[]>("--layers")
        {
            Description = "Layers, from 1; without, all.",
            AllowMultipleArgumentsPerToken = true,
        };
        var probe = new Option<bool>("--probe")
        {
            Description = "Fit the linear probe on the layer of each checkpoint that the curve shows, and on MFCCs.",
        };
        var tuning = new FinetuningArguments();
        var language = ModelOptions.Choice("--lang", "Language of the sentences.", "en", "zh");
        var command = new Command("evaluate",
            "Score every kept checkpoint of a run as 'hubert quality layers' does (PNMI and ABX, beside MFCCs and random weights), with a "
            + "linear probe and a short fine-tuning where that is asked for, and tell whether loss and worth agree. "
            + "What was measured before "
            + "is not measured again.")
        {
            run, scoring.Manifest, scoring.Fit, scoring.Choose, scoring.Reference, every, layers, scoring.Clusters, scoring.Starts,
            scoring.Seed, probe,
        };
        tuning.AddTo(command);
        foreach (var option in (Option[])[scoring.Work, scoring.Precision, language, scoring.Json])
            command.Options.Add(option);
        every.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--every: expected a number of updates above 0");
        });
        command.WithExample(
            "hubert evaluate runs/it1 --manifest data/test.tsv --fit data/train.tsv --choose data/valid.tsv --reference "
            + "data/zh_labels.tsv --probe");
        command.WithExample("hubert evaluate runs/it1 --manifest data/test.tsv --labels letters --updates 100");
        command.WithExample("hubert evaluate runs/letters --manifest data/test.tsv --labels letters");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var hasReference = parsed.GetValue(scoring.Reference) is not null;
            var finetuning = tuning.Options(parsed, parsed.GetValue(scoring.Manifest)!, parsed.GetValue(scoring.Work));
            if (!hasReference && (finetuning is null || parsed.GetValue(probe)))
                throw UserException.Create("nothing to measure the checkpoints by", "--reference",
                    finetuning is null ? "a reference, or transcripts with --labels" : "a reference for --probe", "none");
            var options = new CheckpointEvaluationOptions
            {
                RunFolder = parsed.GetValue(run)!,
                Every = parsed.GetValue(every),
                Layers = parsed.GetValue(layers) ?? [],
                Quality = !hasReference ? null : scoring.Options(parsed) with
                {
                    Mfcc = true,
                    Untrained = true,
                    Abx = new AbxOptions { Seed = parsed.GetValue(scoring.Seed) },
                },
                Probe = parsed.GetValue(probe),
                Finetuning = finetuning,
                Notice = Console.Error.WriteLine,
            };
            WorthTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                stages => CheckpointEvaluation.Run(options, stages, cancellation)),
                parsed.GetValue(language) == "zh" ? ReportLanguage.Chinese : ReportLanguage.English, parsed.GetValue(scoring.Json));
            return CommandHost.Done;
        }));
        return command;
    }
}
