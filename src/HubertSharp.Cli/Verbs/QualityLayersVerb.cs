using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert quality layers</c>: clusters every layer alike and scores the clusters.</summary>
internal static class QualityLayersVerb
{
    public static Command Create()
    {
        var manifest = new Option<string>("--manifest") { Description = "Manifest (.tsv) whose audio is clustered.", Required = true };
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
            Description = "Acoustic features to compare with: mfcc.",
            AllowMultipleArgumentsPerToken = true,
        };
        features.AcceptOnlyFromAmong("mfcc");
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
            "Dump each layer, cluster it by the same k-means, and score the clusters as 'hubert quality' does.")
        {
            manifest, reference, model, features, clusters, starts, percent, seed, keepDigits, work, precision, json,
        };
        command.WithExample(
            "hubert quality layers --manifest data/train.tsv --reference data/zh_labels.tsv --model runs/it1 --features "
            + "mfcc --clusters 100");
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var options = new LayerQualityOptions
            {
                ManifestPath = parsed.GetValue(manifest)!,
                ReferencePath = parsed.GetValue(reference)!,
                Mfcc = parsed.GetValue(features)?.Length > 0,
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
            QualityTable.Print(Run(options, cancellation), parsed.GetValue(json));
            return CommandHost.Done;
        }, CancellationToken.None));
        return command;
    }

    private static IReadOnlyList<QualityRow> Run(LayerQualityOptions options, CancellationToken cancellation)
    {
        ConsoleProgress? stage = null;
        try
        {
            return LayerQuality.Run(options, title =>
            {
                stage?.Dispose();
                return stage = ConsoleProgress.Start(title);
            }, cancellation);
        }
        finally
        {
            stage?.Dispose();
        }
    }
}
