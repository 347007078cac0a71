using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
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
        var manifest = new Option<string>("--manifest") { Description = "Manifest (.tsv) that is scored.", Required = true };
        var fit = new Option<string?>("--fit") { Description = "Manifest that k-means is fitted on; the one that is scored otherwise." };
        var choose = new Option<string?>("--choose")
        {
            Description = "Manifest that each model's best layer is chosen on, by PNMI, so that it is not chosen on what is scored.",
        };
        var untrained = new Option<bool>("--random-init")
        {
            Description = "Compare also with models of the same configurations with fresh random weights.",
        };
        var abx = new Option<bool>("--abx") { Description = "Score minimal pairs too, as 'hubert abx' does." };
        var reference = new Option<string>("--reference")
        {
            Description = "Reference of any format that 'hubert quality' takes.",
            Required = true,
        };
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
        var clusters = new Option<int>("--clusters") { Description = "Clusters per layer.", DefaultValueFactory = _ => 100 };
        var starts = new Option<int>("--starts")
        {
            Description = "Starts of k-means, the best of which counts.",
            DefaultValueFactory = _ => 5,
        };
        var percent = new Option<double>("--percent")
        {
            Description = "Share of the utterances that k-means is fitted on, 0 to 1; all are scored.",
            DefaultValueFactory = _ => 1,
        };
        var seed = new Option<long>("--seed") { Description = "Seed of k-means." };
        var keepDigits = new Option<bool>("--keep-digits")
        {
            Description = "Compare with tone and stress digits; without it they are removed, as fairseq does.",
        };
        var work = new Option<string?>("--work")
        {
            Description = "Folder for the features meanwhile; the system's temporary folder otherwise.",
        };
        var precision = ModelOptions.Precision();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("layers",
            "Dump each layer, cluster it by the same k-means, and score the clusters as 'hubert quality' does, with 95% intervals over "
            + "utterances and over speakers and paired differences.")
        {
            manifest, fit, choose, reference, model, features, untrained, abx, clusters, starts, percent, seed, keepDigits, work,
            precision, json,
        };
        command.WithExample(
            "hubert quality layers --manifest data/valid.tsv --fit data/train.tsv --choose data/train.tsv --reference data/zh_labels.tsv "
            + "--model runs/it1 --features mfcc --abx");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new LayerQualityOptions
            {
                ManifestPath = parsed.GetValue(manifest)!,
                ReferencePath = parsed.GetValue(reference)!,
                FitManifestPath = parsed.GetValue(fit),
                ChooseManifestPath = parsed.GetValue(choose),
                Mfcc = parsed.GetValue(features)?.Contains("mfcc") == true,
                Fbank = parsed.GetValue(features)?.Contains("fbank") == true,
                Untrained = parsed.GetValue(untrained),
                Abx = parsed.GetValue(abx) ? new AbxOptions { Seed = parsed.GetValue(seed) } : null,
                Models = [.. parsed.GetValue(model)!.Select(ModelSpec.Parse)],
                KMeans = new KMeansOptions
                {
                    Clusters = parsed.GetValue(clusters),
                    Starts = parsed.GetValue(starts),
                    Percent = parsed.GetValue(percent),
                    Seed = parsed.GetValue(seed),
                },
                RemoveDigits = !parsed.GetValue(keepDigits),
                WorkFolder = parsed.GetValue(work),
                Precision = ModelOptions.PrecisionOf(parsed.GetValue(precision)),
            };
            QualityTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                stages => LayerQuality.Run(options, stages, cancellation)), parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }
}
