using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Features;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert kmeans score</c>.</summary>
internal static class KMeansScoreVerb
{
    public static Command Create()
    {
        var features = KMeansVerb.Features();
        var split = KMeansVerb.Split();
        var models = new Option<string[]>("--model")
        {
            Description = "One model, or two to compare.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(1, 2),
        };
        var (threads, share) = (KMeansVerb.Threads(), new ProcessArguments());
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("score",
            "How well a model fits the frames of a dump, how it uses its clusters, and how two models agree.")
        {
            features, split, models, threads, json, share.Processes,
        };
        command.WithExample("hubert kmeans score --features features/mfcc --split valid --model km.safetensors km.joblib");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            return share.Run(parsed, Environment.CurrentDirectory, replicas =>
            {
                var (folder, paths) = (parsed.GetValue(features)!, parsed.GetValue(models)!);
                using var dump = FeatureDumpReader.Open(folder, parsed.GetValue(split)!);
                var loaded = paths.Select(KMeansModel.Load).ToArray();
                for (var i = 0; i < paths.Length; i++)
                {
                    if (loaded[i].CheckFits(paths[i], dump.Description, dump.Dimensions, folder) is { } notice && replicas.Writes)
                        Console.Error.WriteLine(notice);
                }
                (KMeansScore Score, KMeansScore? Other, double? Agreement) result;
                using (var progress = ConsoleProgress.Start(replicas, "score"))
                    result = KMeansScore.Measure(
                        dump, loaded[0], loaded.Length > 1 ? loaded[1] : null, parsed.GetValue(threads), replicas, progress,
                        cancellation);
                if (!replicas.Writes)
                    return;
                Print(paths, [result.Score, .. result.Other is { } other ? new[] { other } : []], result.Agreement, parsed.GetValue(json));
            }, cancellation);
        }));
        return command;
    }

    private static void Print(string[] paths, KMeansScore[] scores, double? agreement, bool json)
    {
        if (json)
        {
            var models = scores.Select((score, i) => new { Model = paths[i], Score = score });
            JsonOutput.Write(new { Models = models, AgreementNmi = agreement });
            return;
        }
        PlainTable.Write(
            Console.Out,
            ["model", "clusters", "inertia/frame", "empty", "largest", "entropy", "of", "effective"],
            [.. scores.Select((s, i) => (string[])[
                paths[i], Text(s.Clusters), Text(s.InertiaPerFrame, "0.####"), Text(s.EmptyClusters),
                Text(100 * s.LargestShare, "0.0") + " %",
                Text(s.EntropyBits, "0.00") + " bits", Text(Math.Log2(s.Clusters), "0.00"), Text(s.EffectiveClusters, "0.0"),
            ])]);
        if (agreement is { } nmi)
            Console.WriteLine($"the two labellings agree to {Text(nmi, "0.000")} (normalised mutual information, 1 is the same)");
    }

    private static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
