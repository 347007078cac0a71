using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Worth;
using HubertSharp.Pipelines;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert evaluate</c>: the curve of worth of a run's checkpoints.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run folder; worth.json is written there, which the dashboard draws." };
        var scoring = new LayerArguments("the layer of each checkpoint", starts: 2);
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
        var command = new Command("evaluate",
            "Score every kept checkpoint of a run as 'hubert quality layers' does (PNMI and ABX, beside MFCCs and random weights), "
            + "and tell "
            + "whether loss and worth agree.")
        {
            run, scoring.Manifest, scoring.Fit, scoring.Choose, scoring.Reference, every, layers, scoring.Clusters, scoring.Starts,
            scoring.Seed, scoring.Work, scoring.Precision, scoring.Json,
        };
        every.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--every: expected a number of updates above 0");
        });
        command.WithExample(
            "hubert evaluate runs/it1 --manifest data/test.tsv --fit data/train.tsv --choose data/valid.tsv --reference "
            + "data/zh_labels.tsv");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new CheckpointEvaluationOptions
            {
                RunFolder = parsed.GetValue(run)!,
                Every = parsed.GetValue(every),
                Layers = parsed.GetValue(layers) ?? [],
                Quality = scoring.Options(parsed) with
                {
                    Mfcc = true,
                    Untrained = true,
                    Abx = new AbxOptions { Seed = parsed.GetValue(scoring.Seed) },
                },
            };
            WorthTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                stages => CheckpointEvaluation.Run(options, stages, cancellation)), parsed.GetValue(scoring.Json));
            return CommandHost.Done;
        }));
        return command;
    }
}
