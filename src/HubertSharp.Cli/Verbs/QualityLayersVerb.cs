using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Pipelines;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert quality layers</c>: clusters every layer alike and scores the clusters.</summary>
internal static class QualityLayersVerb
{
    public static Command Create()
    {
        var scoring = new LayerArguments("each model's best layer", starts: 5);
        var share = new ProcessArguments();
        var untrained = new Option<bool>("--random-init")
        {
            Description = "Compare also with models of the same configurations with fresh random weights.",
        };
        var abx = new Option<bool>("--abx") { Description = "Score minimal pairs too, as 'hubert abx' does." };
        var model = new Option<string[]>("--model")
        {
            Description = "Checkpoint or run folders, each with :LAYER or :LAYER,LAYER; without, every layer.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var features = new Option<string[]>("--features")
        {
            Description = "Acoustic features to compare with, at their own frame rate and at the models': mfcc, fbank.",
            AllowMultipleArgumentsPerToken = true,
        };
        features.AcceptOnlyFromAmong("mfcc", "fbank");
        var percent = new Option<double>("--percent")
        {
            Description = "Share of the utterances that k-means is fitted on, 0 to 1; all are scored.",
            DefaultValueFactory = _ => 1,
        };
        var keepDigits = new Option<bool>("--keep-digits")
        {
            Description = "Compare with tone and stress digits; without it they are removed, as fairseq does.",
        };
        var command = new Command("layers",
            "Dump each layer, cluster it by the same k-means, and score the clusters as 'hubert quality' does, with 95% intervals over "
            + "utterances and over speakers and paired differences.")
        {
            scoring.Manifest, scoring.Fit, scoring.Choose, scoring.Reference, model, features, untrained, abx, scoring.Clusters,
            scoring.Starts, percent, scoring.Seed, keepDigits, scoring.Work, scoring.Precision, scoring.Json,
            share.Processes,
        };
        command.WithExample(
            "hubert quality layers --manifest data/valid.tsv --fit data/train.tsv --choose data/train.tsv --reference data/zh_labels.tsv "
            + "--model runs/it1 --features mfcc --abx");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = scoring.Options(parsed);
            options = options with
            {
                Mfcc = parsed.GetValue(features)?.Contains("mfcc") == true,
                Fbank = parsed.GetValue(features)?.Contains("fbank") == true,
                Untrained = parsed.GetValue(untrained),
                Abx = parsed.GetValue(abx) ? new AbxOptions { Seed = parsed.GetValue(scoring.Seed) } : null,
                Models = [.. parsed.GetValue(model)!.Select(ModelSpec.Parse)],
                KMeans = options.KMeans with { Percent = parsed.GetValue(percent) },
                RemoveDigits = !parsed.GetValue(keepDigits),
            };
            return share.Run(parsed, options.WorkFolder ?? Environment.CurrentDirectory, replicas =>
            {
                var own = options with { Replicas = replicas };
                var rows = ConsecutiveStages.Run(replicas.Writes ? title => ConsoleProgress.Start(title) : null,
                    stages => LayerQuality.Run(own, stages, cancellation));
                if (replicas.Writes)
                    QualityTable.Print(rows, parsed.GetValue(scoring.Json));
            }, cancellation);
        }));
        return command;
    }
}
