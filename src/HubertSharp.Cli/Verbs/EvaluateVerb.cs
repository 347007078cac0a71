using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Evaluation.Worth;
using HubertSharp.Pipelines;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert evaluate</c>: the curve of worth of a run's checkpoints.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run folder; worth.json is written there, which the dashboard draws." };
        var manifest = new Option<string>("--manifest") { Description = "Manifest (.tsv) that is scored.", Required = true };
        var fit = new Option<string?>("--fit") { Description = "Manifest that k-means is fitted on; the one that is scored otherwise." };
        var choose = new Option<string?>("--choose")
        {
            Description = "Manifest that the layer of each checkpoint is chosen on, by PNMI, so that it is not chosen on what is scored.",
        };
        var reference = new Option<string>("--reference")
        {
            Description = "Reference of any format that 'hubert quality' takes.",
            Required = true,
        };
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
        var clusters = new Option<int>("--clusters") { Description = "Clusters per layer.", DefaultValueFactory = _ => 100 };
        var starts = new Option<int>("--starts")
        {
            Description = "Starts of k-means, the best of which counts.",
            DefaultValueFactory = _ => 2,
        };
        var seed = new Option<long>("--seed") { Description = "Seed of k-means." };
        var work = new Option<string?>("--work")
        {
            Description = "Folder for the features meanwhile; the system's temporary folder otherwise.",
        };
        var precision = ModelOptions.Precision();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("evaluate",
            "Score every kept checkpoint of a run as 'hubert quality layers' does (PNMI and ABX, beside MFCCs and random weights), "
            + "and tell "
            + "whether loss and worth agree.")
        {
            run, manifest, fit, choose, reference, every, layers, clusters, starts, seed, work, precision, json,
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
                Quality = new LayerQualityOptions
                {
                    ManifestPath = parsed.GetValue(manifest)!,
                    FitManifestPath = parsed.GetValue(fit),
                    ChooseManifestPath = parsed.GetValue(choose),
                    ReferencePath = parsed.GetValue(reference)!,
                    Mfcc = true,
                    Untrained = true,
                    Abx = new AbxOptions { Seed = parsed.GetValue(seed) },
                    KMeans = new KMeansOptions
                    {
                        Clusters = parsed.GetValue(clusters),
                        Starts = parsed.GetValue(starts),
                        Seed = parsed.GetValue(seed),
                    },
                    WorkFolder = parsed.GetValue(work),
                    Precision = ModelOptions.PrecisionOf(parsed.GetValue(precision)),
                },
            };
            WorthTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                stages => CheckpointEvaluation.Run(options, stages, cancellation)), parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }
}
